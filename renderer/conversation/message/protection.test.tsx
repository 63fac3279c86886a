// @vitest-environment happy-dom
// How a message shows that it was encrypted, that it was not, or that it cannot be read (pains.md 1: always with the
// reason).
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  decryptionProblems,
  type DecryptionProblem,
  type Protection,
  type Trust,
} from "../../../shared/model/encryption.ts";
import { unreadableReasons } from "../../../shared/unreadable-reasons.ts";
import type { Message } from "../../../shared/model/message.ts";
import { english } from "../../i18n/en/index.ts";
import { ChatRow } from "../../chatlist/ChatRow.tsx";
import { applyChats, clearChats } from "../../state/chats.ts";
import { clearDevices } from "../../state/devices.ts";
import { draftOf, setDraft } from "../../state/messages/drafts.ts";
import { ACCOUNT, BOB, chat, device, installCore, message, Refusal, type FakeCore } from "../../testing/state.ts";
import { useNavigation } from "../../state/navigation.ts";
import { useToasts } from "../../state/toasts.ts";
import { Bubble } from "./Bubble.tsx";

const KEY = { account: ACCOUNT, jid: BOB };
let core: FakeCore;
const calls = (name: string) => core.calls.filter((one) => one.name === name).map((one) => one.args);
const draw = (change: Partial<Message>) => render(<Bubble message={message(1, change)} author="Bob" opens closes />);
const omemo = (change: Partial<Extract<Protection, { kind: "omemo" }>>): Protection => ({
  kind: "omemo",
  device: 7,
  trust: "trusted",
  problem: null,
  ...change,
});
const label = (): string => screen.getByRole("article").getAttribute("aria-label") ?? "";
const press = async (name: string, inside = screen.getByRole("article")): Promise<void> => {
  await act(async () => fireEvent.click(within(inside).getByRole("button", { name })));
};

beforeEach(() => {
  clearDevices();
  clearChats();
  setDraft(KEY, "");
  useToasts.setState({ toasts: [] });
  useNavigation.setState({ dialogs: [], openChat: null });
  core = installCore({ "device.list": () => ({ devices: [device(7, { label: "Bob’s phone" })] }) });
});
afterEach(cleanup);

describe("the protection mark of a message", () => {
  it.each<[Trust | null, string, string]>([
    ["trusted", "encrypted", "encrypted"],
    ["verified", "verified", "encrypted, from a verified device"],
    ["undecided", "fromUndecided", "unknown device"],
    ["distrusted", "fromDistrusted", "distrusted device"],
    [null, "encrypted", "encrypted"],
  ])("shows a device that is %s", (trust, mark, words) => {
    const { container } = draw({ protection: omemo({ trust }) });
    expect(container.querySelector("time [data-mark]")?.getAttribute("data-mark")).toBe(mark);
    expect(label()).toMatch(new RegExp(`^Bob, .*, ${words}$`));
  });

  it("warns of plaintext in an encrypted chat", () => {
    const { container } = draw({ protection: { kind: "none", unexpected: true } });
    expect(container.querySelector("time")?.textContent).toMatch(/^not encrypted/);
    expect(label()).toMatch(/, not encrypted$/);
  });

  it("is absent in an unencrypted chat", () => {
    const { container } = draw({});
    expect(container.querySelector("[data-mark]")).toBeNull();
  });

  it("leaves the delivery state at the end of the label", () => {
    draw({ direction: "out", delivery: "delivered", protection: omemo({ device: null, trust: null }) });
    expect(label()).toMatch(/^You, .*, encrypted, delivered$/);
  });
});

describe("a message that cannot be decrypted", () => {
  it.each(decryptionProblems)("shows the reason, its meaning and what to do: %s", async (problem) => {
    draw({ body: "", protection: omemo({ problem }) });
    expect(screen.getByRole("article").textContent).toContain(english.decryption[problem]);
    await press("Details");
    const details = await screen.findByRole("dialog", { name: "Why this message cannot be read" });
    expect(details.textContent).toContain(english.decryptionMeaning[problem]);
    expect(details.textContent).toContain(english.decryptionAdvice[problem]);
    await waitFor(() => expect(details.textContent).toContain("Bob’s phone, No. 7"));
  });

  it("can be requested again: the request is put into the composer, nothing is sent", async () => {
    setDraft(KEY, "By the way");
    draw({ body: "", protection: omemo({ problem: "session-broken" }) });
    await press("Details");
    await press("Ask to send it again", await screen.findByRole("dialog"));
    expect(draftOf(KEY)).toMatch(/^By the way\n\nI could not read your message of /);
    expect(calls("message.send")).toEqual([]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it.each<[DecryptionProblem, boolean]>([
    ["session-broken", true],
    ["no-session", true],
    ["not-for-this-device", false],
    ["tampered", false],
  ])("offers a new session only if that helps: %s %s", async (problem, offers) => {
    draw({ body: "", protection: omemo({ problem }) });
    await press("Details");
    const button = within(await screen.findByRole("dialog")).queryByRole("button", {
      name: "Begin the encryption anew",
    });
    expect(button !== null).toBe(offers);
    if (button !== null) await act(async () => fireEvent.click(button));
    expect(calls("device.renewSession")).toEqual(offers ? [{ ...KEY, device: 7 }] : []);
  });

  it("opens the devices if a key has changed", async () => {
    draw({ body: "", protection: omemo({ problem: "key-changed" }) });
    await press("Details");
    await press("Devices and keys", await screen.findByRole("dialog"));
    expect(useNavigation.getState().dialogs).toEqual([{ kind: "devices", ...KEY }]);
  });

  it("does not offer to ask ourselves for a message of our other device", async () => {
    draw({ body: "", direction: "out", delivery: "sent", protection: omemo({ problem: "no-session" }) });
    await press("Details");
    expect(
      within(await screen.findByRole("dialog")).queryByRole("button", { name: "Ask to send it again" }),
    ).toBeNull();
  });

  it("shows the reason in the chat list too", () => {
    const last = {
      id: message(1).id,
      direction: "in" as const,
      text: "",
      files: null,
      nickname: null,
      sentAt: 1,
      delivery: null,
      problem: "not-for-this-device" as const,
      retracted: false,
    };
    applyChats([{ changed: [chat({ last })], removed: [] }]);
    render(<ChatRow id={`${ACCOUNT} ${BOB}`} index={0} isTabStop today={0} onMenu={() => undefined} />);
    expect(screen.getByRole("button").textContent).toContain("Not encrypted for this device");
  });
});

describe("a message in an encryption that we do not support", () => {
  it("names it, and isolates the name", () => {
    draw({ body: "", protection: { kind: "unreadable", reason: "encrypted", method: "O\u202eTR" } });
    expect(screen.getByRole("article").textContent).toContain(
      "This message is encrypted with \u2068OTR\u2069, which Jackdaw cannot read.",
    );
  });
});

describe("a message that is not a readable stanza", () => {
  it.each(unreadableReasons)("is shown as received, with the reason: %s", (reason) => {
    draw({ body: "", protection: { kind: "unreadable", reason } });
    const sentence =
      reason === "call"
        ? "\u2068Bob\u2069 tried to call you. Jackdaw cannot take calls yet."
        : english.unreadable[reason];
    expect(screen.getByRole("article").textContent).toContain(sentence);
    expect(screen.queryByRole("button", { name: "Details" })).toBeNull();
  });
});

describe("our message that could not be encrypted", () => {
  const failed = (condition: string): Partial<Message> => ({
    direction: "out",
    delivery: "failed",
    body: "my secret",
    failure: { condition, text: "" },
    protection: omemo({ device: null, trust: null }),
  });

  it.each(["omemo-no-devices", "omemo-untrusted", "omemo-no-keys"] as const)("shows the reason: %s", (condition) => {
    draw(failed(condition));
    expect(screen.getByRole("article").textContent).toContain(english.failure[condition]);
  });

  it("is never sent as plaintext by itself: a question comes first, then the text returns to the composer", async () => {
    draw(failed("omemo-no-devices"));
    await press("Send unencrypted");
    const question = await screen.findByRole("alertdialog");
    expect(core.calls).toEqual([]);
    await press("Turn encryption off", question);
    await waitFor(() => expect(draftOf(KEY)).toBe("my secret"));
    expect(core.calls.map((one) => one.name)).toEqual(["chat.setEncryption", "message.discard"]);
  });

  it("stays if encryption could not be turned off", async () => {
    core.answers["chat.setEncryption"] = () => new Refusal("store-not-writable");
    draw(failed("omemo-no-devices"));
    await press("Send unencrypted");
    await press("Turn encryption off", await screen.findByRole("alertdialog"));
    await waitFor(() => expect(useToasts.getState().toasts).toHaveLength(1));
    expect(calls("message.discard")).toEqual([]);
    expect(draftOf(KEY)).toBe("");
  });

  it("is not offered as plaintext if the server refused it", () => {
    draw(failed("service-unavailable"));
    expect(screen.queryByRole("button", { name: "Send unencrypted" })).toBeNull();
  });

  it("opens the devices if none is trusted", async () => {
    draw(failed("omemo-untrusted"));
    await press("Devices and keys");
    expect(useNavigation.getState().dialogs).toEqual([{ kind: "devices", ...KEY }]);
  });
});
