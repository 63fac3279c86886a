// @vitest-environment happy-dom
// The lock of a chat: what it says, what it asks before anything goes in the clear, and what is sent then.
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Chat } from "../../../shared/model/chat.ts";
import { applyChats, clearChats } from "../../state/chats.ts";
import { setDraft } from "../../state/messages/drafts.ts";
import { ACCOUNT, BOB, chat, installCore, message, Refusal, type FakeCore } from "../../testing/state.ts";
import { useNavigation } from "../../state/navigation.ts";
import { Composer } from "./Composer.tsx";
import { KeyBanners } from "../../chat/KeyBanners.tsx";

const KEY = { account: ACCOUNT, jid: BOB };
let core: FakeCore;

const know = (change: Partial<Chat>): void => act(() => applyChats([{ changed: [chat(change)], removed: [] }]));
const draw = (change: Partial<Chat>): void => {
  know(change);
  render(<Composer account={ACCOUNT} jid={BOB} name="Bob" input={createRef<HTMLTextAreaElement>()} />);
};
const box = () => screen.getByRole<HTMLTextAreaElement>("textbox");
const send = async (text: string): Promise<void> => {
  fireEvent.change(box(), { target: { value: text } });
  await act(async () => void fireEvent.keyDown(box(), { key: "Enter" }));
};
const openMenu = async (): Promise<HTMLElement> => {
  const lock = screen.getByRole("button", { name: /^Encryption/ });
  await act(async () => fireEvent.click(lock));
  return screen.findByRole("menu");
};
const calls = (name: string) => core.calls.filter((one) => one.name === name).map((one) => one.args);

beforeEach(() => {
  clearChats();
  setDraft(KEY, "");
  useNavigation.setState({ dialogs: [] });
  core = installCore({ "message.send": ({ body }) => message(1, { body, direction: "out", delivery: "pending" }) });
});
afterEach(cleanup);

describe("the lock", () => {
  it.each([
    [{ encryption: "omemo", canEncrypt: true }, "Encryption is on", "Encrypted message"],
    [
      { encryption: "omemo", canEncrypt: false },
      "Encryption is on, but Bob has no device that could read it",
      "Encrypted message",
    ],
    [{ encryption: "none", canEncrypt: true }, "Encryption is off", "Unencrypted message"],
    [
      { encryption: "none", canEncrypt: false },
      "Encryption is not possible: Bob has no device for it",
      "Write a message",
    ],
  ] as const)("for %j says: %s", (change, label, placeholder) => {
    draw(change);
    expect(screen.getByRole("button", { name: label })).toBeTruthy();
    expect(box().placeholder).toBe(placeholder);
  });

  it("is hidden until the chat is known", () => {
    render(<Composer account={ACCOUNT} jid={BOB} name="Bob" input={createRef<HTMLTextAreaElement>()} />);
    expect(screen.queryByRole("button", { name: /^Encryption/ })).toBeNull();
  });

  it("turns encryption on at once", async () => {
    draw({ encryption: "none", canEncrypt: true });
    const menu = await openMenu();
    await act(async () => fireEvent.click(within(menu).getByRole("menuitemradio", { name: "End-to-end encrypted" })));
    expect(calls("chat.setEncryption")).toEqual([{ ...KEY, encryption: "omemo" }]);
    expect(screen.queryByRole("alertdialog")).toBeNull();
  });

  it("asks before turning it off, and Enter keeps it on", async () => {
    draw({ encryption: "omemo", canEncrypt: true });
    const menu = await openMenu();
    await act(async () => fireEvent.click(within(menu).getByRole("menuitemradio", { name: "Not encrypted" })));
    const question = await screen.findByRole("alertdialog", { name: "Write to Bob without encryption?" });
    expect(calls("chat.setEncryption")).toEqual([]);
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Keep it on"));
    await act(async () => fireEvent.click(within(question).getByRole("button", { name: "Turn encryption off" })));
    expect(calls("chat.setEncryption")).toEqual([{ ...KEY, encryption: "none" }]);
  });

  it("does not allow encryption if nobody could read it", async () => {
    draw({ encryption: "none", canEncrypt: false });
    const item = within(await openMenu()).getByRole("menuitemradio", { name: "End-to-end encrypted" });
    expect(item.getAttribute("aria-disabled")).toBe("true");
  });

  it("opens the keys", async () => {
    draw({ encryption: "omemo", canEncrypt: true });
    await act(async () =>
      fireEvent.click(within(await openMenu()).getByRole("menuitem", { name: "Devices and keys of Bob" })),
    );
    expect(useNavigation.getState().dialogs).toEqual([{ kind: "devices", ...KEY }]);
  });
});

describe("sending", () => {
  it("determines the encryption of the message when it is sent", async () => {
    draw({ encryption: "omemo", canEncrypt: true });
    await send("secret");
    know({ encryption: "none", canEncrypt: true });
    await send("open");
    expect(calls("message.send")).toEqual([
      { ...KEY, body: "secret", encryption: "omemo" },
      { ...KEY, body: "open", encryption: "none" },
    ]);
  });

  it("keeps the text and shows the reason if the chat was encrypted in the meantime", async () => {
    draw({ encryption: "none", canEncrypt: true });
    core.answers["message.send"] = () => new Refusal("chat-is-encrypted");
    await send("not for everybody");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toMatch(/still here.*encrypted by now/));
    expect(box().value).toBe("not for everybody");
  });
});

describe("decisions about devices", () => {
  it("are shown above the messages, and open the devices", async () => {
    render(<KeyBanners chat={chat({ canEncrypt: true, undecided: 2 })} name="Bob" />);
    expect(screen.getByRole("status").textContent).toContain("2 new devices of Bob");
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Look and decide" })));
    expect(useNavigation.getState().dialogs).toEqual([{ kind: "devices", ...KEY }]);
  });

  it("are not shown, and no devices are loaded, if the chat is not encrypted", () => {
    render(<KeyBanners chat={chat()} name="Bob" />);
    expect(screen.getByRole("status").textContent).toBe("");
    expect(core.calls).toEqual([]);
  });
});
