// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAX_BODY } from "../../../shared/limits.ts";
import { draftOf, setDraft } from "../../state/messages/drafts.ts";
import { ACCOUNT, BOB, installCore, message, Refusal, type FakeCore } from "../../testing/state.ts";
import { useSettings } from "../../state/settings.ts";
import { Composer } from "./Composer.tsx";

const KEY = { account: ACCOUNT, jid: BOB };
let core: FakeCore;

beforeEach(() => {
  setDraft(KEY, "");
  core = installCore({ "message.send": ({ body }) => message(1, { body, direction: "out", delivery: "pending" }) });
  useSettings.setState(({ settings }) => ({ settings: { ...settings, enterSends: true } }));
  render(<Composer account={ACCOUNT} jid={BOB} name="Bob" input={createRef<HTMLTextAreaElement>()} />);
});
afterEach(cleanup);

const box = () => screen.getByRole<HTMLTextAreaElement>("textbox");
const type = (text: string) => fireEvent.change(box(), { target: { value: text } });
const press = async (init: KeyboardEventInit) => {
  await act(async () => void fireEvent.keyDown(box(), { key: "Enter", ...init }));
};
const sent = () =>
  core.calls.filter((one) => one.name === "message.send").map((one) => (one.args as { body: string }).body);

describe("the composer", () => {
  it("sends with Enter, and clears the text and the draft", async () => {
    type("Hello Bob");
    expect(draftOf(KEY)).toBe("Hello Bob");
    await press({});
    await waitFor(() => expect(box().value).toBe(""));
    expect(sent()).toEqual(["Hello Bob"]);
    expect(draftOf(KEY)).toBe("");
  });

  it("does not send with Shift+Enter, nor while an input method is composing", async () => {
    type("にほん");
    await press({ shiftKey: true });
    await press({ isComposing: true });
    await press({ keyCode: 229 } as KeyboardEventInit);
    expect(sent()).toEqual([]);
    expect(box().value).toBe("にほん");
  });

  it("sends only with Ctrl+Enter if the setting says so", async () => {
    act(() => useSettings.setState(({ settings }) => ({ settings: { ...settings, enterSends: false } })));
    type("Hello");
    await press({});
    expect(sent()).toEqual([]);
    await press({ ctrlKey: true });
    expect(sent()).toEqual(["Hello"]);
  });

  it("does not send an empty text or only white space", async () => {
    type("  \n ");
    await press({});
    expect(sent()).toEqual([]);
    expect(box().value).toBe("  \n ");
  });

  it("keeps leading spaces and inner lines, and drops trailing ones", async () => {
    type("  code\n\n  more\n\n");
    await press({});
    expect(sent()).toEqual(["  code\n\n  more"]);
  });

  it("sends pasted text without characters that a stanza cannot contain, and nothing if none is left", async () => {
    type("a\u0002b\uFFFE\tc");
    await press({});
    expect(sent()).toEqual(["ab\tc"]);
    type("\u001B\u0000");
    await press({});
    expect(sent()).toEqual(["ab\tc"]);
  });

  it("keeps the text and shows the reason if nothing could be stored", async () => {
    core.answers["message.send"] = () => new Refusal("store-not-writable");
    type("Do not lose me");
    await press({});
    await waitFor(() => expect(screen.getByRole("alert").textContent).toMatch(/still here.*disk/));
    expect(box().value).toBe("Do not lose me");
    expect(draftOf(KEY)).toBe("Do not lose me");
    expect(box().getAttribute("aria-invalid")).toBe("true");
    type("Do not lose me!");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("sends once if Enter is pressed twice, and keeps text typed in the meantime", async () => {
    let answer: (value: unknown) => void = () => undefined;
    core.answers["message.send"] = () => new Promise((resolve) => (answer = resolve));
    type("first");
    await press({});
    await press({});
    type("first and second");
    await act(async () => answer(message(1, { body: "first" })));
    await waitFor(() => expect(box().value).toBe(" and second"));
    expect(sent()).toEqual(["first"]);
  });

  it("refuses a text that is too long with a sentence, counting like the contract", async () => {
    type("x".repeat(MAX_BODY + 1));
    await press({});
    expect(sent()).toEqual([]);
    expect(screen.getByRole("alert").textContent).toMatch(/50,001/);
    type("x".repeat(MAX_BODY));
    await press({});
    expect(sent()).toHaveLength(1);
  });

  it("has accessible names, and its button is disabled without text", () => {
    expect(box().getAttribute("aria-label")).toBe("Message to Bob");
    expect(screen.getByRole("button", { name: "Send" }).hasAttribute("disabled")).toBe(true);
  });
});
