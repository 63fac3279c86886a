import { describe, expect, it } from "vitest";
import { composerAction, type ComposerKey } from "./composer-keys.ts";

const key = (change: Partial<ComposerKey>): ComposerKey => ({
  key: "Enter",
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  keyCode: 13,
  ...change,
});

describe("Enter in the composer", () => {
  it.each<[string, Partial<ComposerKey>, boolean, "send" | null]>([
    ["Enter sends", {}, true, "send"],
    ["Shift+Enter breaks", { shiftKey: true }, true, null],
    ["Ctrl+Enter sends too", { ctrlKey: true }, true, "send"],
    ["Enter breaks when the setting is off", {}, false, null],
    ["Ctrl+Enter sends when the setting is off", { ctrlKey: true }, false, "send"],
    ["Cmd+Enter sends when the setting is off", { metaKey: true }, false, "send"],
    ["Ctrl+Shift+Enter does not", { ctrlKey: true, shiftKey: true }, false, null],
    ["Enter that ends a composition is the input method's", { isComposing: true }, true, null],
    ["also when only the key code tells", { keyCode: 229 }, true, null],
    ["Ctrl+Enter in a composition too", { isComposing: true, ctrlKey: true }, false, null],
    ["other keys do nothing", { key: "a", keyCode: 65 }, true, null],
    ["Up does nothing yet", { key: "ArrowUp", keyCode: 38 }, true, null],
  ])("%s", (_name, change, enterSends, expected) => expect(composerAction(key(change), enterSends)).toBe(expected));
});
