// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAX_BODY } from "../../../shared/limits.ts";
import { draftOf, setDraft } from "../../state/messages/drafts.ts";
import { ACCOUNT, BOB, installCore, message, Refusal, type FakeCore } from "../../testing/state.ts";
import { useSession } from "../../state/accounts/session.ts";
import { startEdit } from "../../state/messages/editing.ts";
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

describe("styles in the composer (XEP-0393)", () => {
  const select = (from: number, to: number): void => box().setSelectionRange(from, to);
  const style = (key: string, more: KeyboardEventInit = {}): boolean =>
    fireEvent.keyDown(box(), { key, ctrlKey: true, ...more });

  it.each<[string, KeyboardEventInit, string]>([
    ["b", {}, "*word*"],
    ["i", {}, "_word_"],
    ["e", {}, "`word`"],
    ["X", { shiftKey: true }, "~word~"],
  ])("Ctrl with %s styles the word, and again does not", (key, more, expected) => {
    type("word");
    select(1, 1);
    style(key, more);
    expect(box().value).toBe(expected);
    style(key, more);
    expect(box().value).toBe("word");
  });

  it("takes the command key on macOS, where Ctrl moves the caret", () => {
    act(() => useSession.setState({ platform: "darwin" }));
    type("word");
    style("b");
    expect(box().value).toBe("word");
    style("b", { ctrlKey: false, metaKey: true });
    expect(box().value).toBe("*word*");
    act(() => useSession.setState({ platform: "linux" }));
  });

  it("has a bar that is remembered in the settings, and sends one message as typed", async () => {
    core.answers["settings.change"] = (change) => ({ ...useSettings.getState().settings, ...change });
    expect(screen.queryByRole("toolbar")).toBeNull();
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Formatting" })));
    expect(core.calls.at(-1)).toEqual({ name: "settings.change", args: { showFormatting: true } });
    const asTyped = () => screen.getByRole("button", { name: "As typed" });
    await act(async () => void fireEvent.click(asTyped()));
    expect(asTyped().getAttribute("aria-pressed")).toBe("true");
    type("2 *3 * 4*");
    style("b");
    expect(box().value).toBe("2 *3 * 4*");
    await press({});
    await waitFor(() => expect(asTyped().getAttribute("aria-pressed")).toBe("false"));
    type("*styled*");
    await press({});
    await waitFor(() => expect(box().value).toBe(""));
    const sends = core.calls.filter(({ name }) => name === "message.send").map(({ args }) => args);
    expect(sends).toMatchObject([{ body: "2 *3 * 4*", unstyled: true }, { body: "*styled*" }]);
    expect(sends[1]).not.toHaveProperty("unstyled");
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Formatting" })));
    expect(screen.queryByRole("toolbar")).toBeNull();
  });

  it("keeps that a message is shown as typed when it is corrected, and lets that be changed alone", async () => {
    const one = message(1, { body: "> _ <", direction: "out", delivery: "sent", unstyled: true });
    core.answers["message.correct"] = (args) => ({ ...one, body: args.body, unstyled: args.unstyled === true });
    act(() => startEdit(one));
    const asTyped = screen.getByRole("button", { name: "As typed" });
    expect(asTyped.getAttribute("aria-pressed")).toBe("true");
    await act(async () => void fireEvent.click(asTyped));
    await press({});
    await waitFor(() => expect(core.calls.some(({ name }) => name === "message.correct")).toBe(true));
    expect(core.calls.find(({ name }) => name === "message.correct")?.args).toEqual({
      account: ACCOUNT,
      id: one.id,
      body: "> _ <",
    });
  });
});
