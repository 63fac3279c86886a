// @vitest-environment happy-dom
// Correcting and deleting in the window, and how it shows.
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../shared/model/message.ts";
import { draftOf, setDraft } from "../state/messages/drafts.ts";
import { lastOwn, startEdit, stopEdit, useEditing } from "../state/messages/editing.ts";
import { applyRooms, clearRooms } from "../state/rooms/rooms.ts";
import { ACCOUNT, BOB, chat, installCore, message, Refusal, room, ROOM, type FakeCore } from "../testing/state.ts";
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

describe("correcting in the composer", () => {
  it("starts with ArrowUp for our last message that others have, and saves with Enter", async () => {
    compose();
    await key("ArrowUp");
    expect(box().value).toBe("secnd");
    fireEvent.change(box(), { target: { value: "second" } });
    await key("Enter");
    await waitFor(() => expect(corrected()).toEqual([{ account: ACCOUNT, id: 2, body: "second" }]));
    await waitFor(() => expect(box().value).toBe(""));
    expect(useEditing.getState().byChat).toEqual({});
  });

  it("keeps the draft, and shows it again after Escape", async () => {
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

  it("offers to delete a message of which no text is left", async () => {
    compose();
    act(() => startEdit(messages[0]!));
    fireEvent.change(box(), { target: { value: "  " } });
    await key("Enter");
    const question = await screen.findByRole("alertdialog");
    expect(question.textContent).toContain("first");
    expect(corrected()).toEqual([]);
    await act(async () => fireEvent.click(within(question).getByRole("button", { name: "Delete" })));
    await waitFor(() => expect(useEditing.getState().byChat).toEqual({}));
    expect(core.calls.filter((one) => one.name === "message.retract").map((one) => one.args)).toEqual([
      { account: ACCOUNT, id: 1 },
    ]);
    expect(screen.queryByRole("alertdialog")).toBeNull();
  });

  it("sends nothing if the text was not changed", async () => {
    compose();
    act(() => startEdit(messages[0]!));
    await key("Enter");
    await waitFor(() => expect(useEditing.getState().byChat).toEqual({}));
    expect(corrected()).toEqual([]);
  });

  it("keeps the new text if it could not be saved, and shows the reason", async () => {
    refuses = true;
    compose();
    act(() => startEdit(messages[0]!));
    fireEvent.change(box(), { target: { value: "changed" } });
    await key("Enter");
    await screen.findByRole("alert");
    expect(box().value).toBe("changed");
  });
});

describe("a changed message", () => {
  const draw = (of: Message) => render(<Bubble message={of} author="Bob" opens closes />);
  const label = () => screen.getByRole("article").getAttribute("aria-label");

  it("says that its author emptied it", () => {
    render(<Bubble message={message(1, { body: "", editedAt: 1 })} author="Bob" opens closes />);
    expect(screen.getByRole("article").textContent).toContain("The text of this message was removed");
  });

  it("shows that it was edited, and that the change is being sent", () => {
    draw(own(1, { editedAt: 5, pendingChange: { kind: "correction", failure: null } }));
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
      /^You deleted this message. Some apps may still show it/,
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
  ])("shows that it was removed: %s", (_, change, words) => {
    draw(message(1, { body: "", ...change }));
    expect(screen.getByRole("article").textContent).toMatch(words);
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("shows what others see and can be tried again if the change was refused", async () => {
    draw(own(1, { pendingChange: { kind: "retraction", failure: { condition: "forbidden", text: "" } } }));
    expect(screen.getByText(/^The others still have this message\. You are not allowed/)).toBeDefined();
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Retry" })));
    expect(core.calls.at(-1)).toMatchObject({ name: "message.retry", args: { id: 1 } });
  });

  it("offers editing and deleting only if it is ours", async () => {
    const { unmount } = draw(message(3));
    await act(async () => fireEvent.click(screen.getByRole("button", { name: /^Actions/ })));
    await act(async () => fireEvent.click(screen.getByRole("menuitem", { name: "Star" })));
    expect(core.calls.at(-1)).toMatchObject({ name: "message.star", args: { id: 3, starred: true } });
    expect(screen.queryByRole("menuitem", { name: "Edit" })).toBeNull();
    unmount();
    draw(own(1));
    await act(async () => fireEvent.click(screen.getByRole("button", { name: /^Actions/ })));
    expect(screen.getAllByRole("menuitem").map((one) => one.textContent)).toEqual([
      "Edit",
      "Star",
      "Delete for everybody…",
    ]);
  });

  describe("in a room", () => {
    const known = (nickname: string) => act(() => applyRooms([{ changed: [room({ nickname })], removed: [] }]));
    const said = (change: Partial<Message> = {}) =>
      own(1, { chat: ROOM, writer: { nickname: "alice", occupantId: "o1", jid: null }, ...change });
    const menu = async (of: Message) => {
      const { unmount } = draw(of);
      await act(async () => fireEvent.click(screen.getByRole("button", { name: /^Actions/ })));
      const entries = screen.getAllByRole("menuitem").map((one) => one.textContent);
      unmount();
      return entries;
    };
    afterEach(clearRooms);

    it("offers editing only under the nickname that we had (XEP-0308 §5), and deleting under each", async () => {
      const both = ["Edit", "Star", "Delete for everybody…"];
      known("alice");
      expect(await menu(said())).toEqual(both);
      known("alice2");
      expect(await menu(said())).toEqual(["Star", "Delete for everybody…"]);
      // It is sent under the present nickname.
      expect(await menu(said({ delivery: "pending" }))).toEqual(both);
      known("alice");
      expect(await menu(said())).toEqual(both);
    });

    it("takes the last message of the present nickname with ArrowUp", async () => {
      const other = { nickname: "alice2", occupantId: "o1", jid: null };
      core.answers["chat.open"] = () => ({
        chat: chat({ jid: ROOM, kind: "room" }),
        page: {
          messages: [said({ body: "mine" }), { ...said({ writer: other }), id: 2 }],
          older: null,
          missing: false,
        },
      });
      await openTimeline({ account: ACCOUNT, jid: ROOM });
      known("alice");
      expect(lastOwn({ account: ACCOUNT, jid: ROOM })?.body).toBe("mine");
      known("alice3");
      expect(lastOwn({ account: ACCOUNT, jid: ROOM })).toBeUndefined();
    });
  });
});
