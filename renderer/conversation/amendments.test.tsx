// @vitest-environment happy-dom
// Correcting and deleting in the window, and how it shows.
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../shared/model/message.ts";
import { draftOf, setDraft } from "../state/messages/drafts.ts";
import { startEdit, stopEdit, useEditing } from "../state/messages/editing.ts";
import { ACCOUNT, BOB, chat, installCore, message, Refusal, type FakeCore } from "../testing/state.ts";
import { openTimeline } from "../state/messages/messages.ts";
import { Bubble } from "./message/Bubble.tsx";
import { Composer } from "./composer/Composer.tsx";

const KEY = { account: ACCOUNT, jid: BOB };
let core: FakeCore;
let refuses = false;
const own = (id: number, change: Partial<Message> = {}) =>
  message(id, { direction: "out", delivery: "sent", ...change });
const messages = [
  own(1, { body: "first" }),
  own(2, { body: "secnd" }),
  message(3),
  own(4, { delivery: "failed" }),
  own(5, { body: "", retracted: { moderated: false, by: null, reason: "", unencrypted: false } }),
];

beforeEach(async () => {
  setDraft(KEY, "");
  stopEdit(KEY);
  refuses = false;
  core = installCore({
    "chat.open": () => ({ chat: chat(), page: { messages, older: null, missing: false } }),
    "message.correct": ({ id, body }) => {
      if (refuses) throw new Refusal("store-not-writable");
      return own(id, { body, editedAt: 1 });
    },
    "message.retract": () => null,
    "message.retry": () => null,
    "message.versions": () => ({ versions: [] }),
  });
  await openTimeline(KEY);
});
afterEach(cleanup);

const box = () => screen.getByRole<HTMLTextAreaElement>("textbox");
const key = async (name: string) => act(async () => void fireEvent.keyDown(box(), { key: name }));
const corrected = () => core.calls.filter((one) => one.name === "message.correct").map((one) => one.args);
const compose = () =>
  render(<Composer account={ACCOUNT} jid={BOB} name="Bob" input={createRef<HTMLTextAreaElement>()} />);

describe("the composer", () => {
  it("takes the last message of ours that others have, with ArrowUp, and saves it with Enter", async () => {
    compose();
    await key("ArrowUp");
    expect(box().value).toBe("secnd");
    fireEvent.change(box(), { target: { value: "second" } });
    await key("Enter");
    await waitFor(() => expect(corrected()).toEqual([{ account: ACCOUNT, id: 2, body: "second" }]));
    await waitFor(() => expect(box().value).toBe(""));
    expect(useEditing.getState().byChat).toEqual({});
  });

  it("leaves the draft alone, and gives it back with Escape", async () => {
    compose();
    fireEvent.change(box(), { target: { value: "a draft" } });
    await key("ArrowUp");
    expect(box().value).toBe("a draft");
    act(() => startEdit(messages[0]!));
    expect(box().value).toBe("first");
    fireEvent.change(box(), { target: { value: "changed" } });
    expect(draftOf(KEY)).toBe("a draft");
    await key("Escape");
    expect(box().value).toBe("a draft");
    expect(corrected()).toEqual([]);
  });

  it("asks for nothing when nothing was changed", async () => {
    compose();
    act(() => startEdit(messages[0]!));
    await key("Enter");
    await waitFor(() => expect(useEditing.getState().byChat).toEqual({}));
    expect(corrected()).toEqual([]);
  });

  it("keeps the new text when it could not be saved, and says why", async () => {
    refuses = true;
    compose();
    act(() => startEdit(messages[0]!));
    fireEvent.change(box(), { target: { value: "changed" } });
    await key("Enter");
    await screen.findByRole("alert");
    expect(box().value).toBe("changed");
  });
});

describe("a message", () => {
  const draw = (of: Message) => render(<Bubble message={of} author="Bob" opens closes />);
  const label = () => screen.getByRole("article").getAttribute("aria-label");

  it("says that it was edited, and that the change is on its way", () => {
    draw(own(1, { editedAt: 5, amending: { kind: "correction", failure: null } }));
    expect(label()).toMatch(/, edited, change waiting to be sent, sent$/);
    expect(document.querySelector("time [data-delivery=pending]")).not.toBeNull();
  });

  it.each<[string, Partial<Message>, RegExp]>([
    [
      "its author",
      { retracted: { moderated: false, by: null, reason: "", unencrypted: false } },
      /^This message was deleted/,
    ],
    [
      "us",
      { direction: "out", delivery: "sent", retracted: { moderated: false, by: null, reason: "", unencrypted: false } },
      /^You deleted this message/,
    ],
    [
      "a moderator",
      { retracted: { moderated: true, by: "Mod", reason: "spam", unencrypted: false } },
      /^Removed by .?Mod.?Reason: spam/,
    ],
    [
      "its author, unencrypted",
      { retracted: { moderated: false, by: null, reason: "", unencrypted: true } },
      /^This message was deleted.*The deletion was not encrypted/,
    ],
    [
      "somebody",
      { retracted: { moderated: true, by: null, reason: "", unencrypted: false } },
      /^Removed by a moderator/,
    ],
  ])("that is gone says that it was %s", (_, change, words) => {
    draw(message(1, { body: "", ...change }));
    expect(screen.getByRole("article").textContent).toMatch(words);
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("whose change was refused says what the others have, and can be tried again", async () => {
    draw(own(1, { amending: { kind: "retraction", failure: { condition: "forbidden", text: "" } } }));
    expect(screen.getByText(/^The others still have this message\. You are not allowed/)).toBeDefined();
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Retry" })));
    expect(core.calls.at(-1)).toMatchObject({ name: "message.retry", args: { id: 1 } });
  });

  it("of somebody else has no actions, and one of ours can be edited and deleted", async () => {
    const { unmount } = draw(message(3));
    expect(screen.queryByRole("button", { name: /^Actions/ })).toBeNull();
    unmount();
    draw(own(1));
    await act(async () => fireEvent.click(screen.getByRole("button", { name: /^Actions/ })));
    expect(screen.getAllByRole("menuitem").map((one) => one.textContent)).toEqual(["Edit", "Delete for everybody…"]);
  });
});
