// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import type { MessageId } from "../../shared/model/primitives.ts";
import { applyChats, clearChats } from "./chats.ts";
import { ACCOUNT, BOB, chat, installCore, message, Refusal, type FakeCore } from "./fixture.ts";
import { applyMessages, clearMessages, loadOlder, mergeMessages, openTimeline, sendMessage, useMessages } from "./messages.ts";

const KEY = { account: ACCOUNT, jid: BOB };
const held = () => useMessages.getState().timelines[`${ACCOUNT} ${BOB}`];
const ids = (): number[] | undefined => held()?.messages.map((one) => one.id);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
const id = (value: number) => value as MessageId;

let core: FakeCore;
beforeEach(() => {
  clearMessages();
  clearChats();
  core = installCore({ "chat.open": () => ({ chat: chat(), page: { messages: range(51, 100), older: 51 } }) });
});

describe("opening a chat", () => {
  it("shows the newest page", async () => {
    await openTimeline(KEY);
    expect(held()?.status).toBe("ready");
    expect(ids()).toHaveLength(50);
  });

  it("reads back as far as the first unread message", async () => {
    core.answers["chat.open"] = () => ({ chat: chat({ unread: 80, firstUnread: id(21) }), page: { messages: range(51, 100), older: 51 } });
    core.answers["message.page"] = ({ before }) => ({ messages: range(Math.max(1, before - 20), before - 1), older: before > 21 ? before - 20 : null });
    await openTimeline(KEY);
    expect(ids()?.[0]).toBe(11);
    expect(held()?.firstUnread).toBe(21);
  });

  it("does not lose what comes while it opens", async () => {
    core.answers["chat.open"] = () => {
      applyMessages([{ changed: [message(101), message(100, { body: "newer" })], removed: [id(99)] }]);
      return { chat: chat(), page: { messages: range(51, 100), older: 51 } };
    };
    await openTimeline(KEY);
    expect(ids()?.slice(-3)).toEqual([98, 100, 101]);
    expect(held()?.messages.find((one) => one.id === 100)?.body).toBe("newer");
  });

  it("says why it failed, and works when asked again", async () => {
    core.answers["chat.open"] = () => new Refusal("store-locked");
    await openTimeline(KEY);
    expect(held()).toMatchObject({ status: "failed", error: "store-locked" });
    core.answers["chat.open"] = () => ({ chat: chat(), page: { messages: range(1, 2), older: null } });
    await openTimeline(KEY);
    expect(ids()).toEqual([1, 2]);
  });

  it("keeps what was read further back, and objects that did not change", async () => {
    await openTimeline(KEY);
    core.answers["message.page"] = () => ({ messages: range(1, 50), older: null });
    await loadOlder(KEY);
    const before = held()?.messages[60];
    await openTimeline(KEY);
    expect(ids()).toHaveLength(100);
    expect(held()?.older).toBeNull();
    expect(held()?.messages[60]).toBe(before);
  });
});

describe("older messages", () => {
  it("join at the start, once, however often they are asked for", async () => {
    await openTimeline(KEY);
    core.answers["message.page"] = ({ before }) => ({ messages: range(before - 10, before - 1), older: before - 10 });
    await Promise.all([loadOlder(KEY), loadOlder(KEY), loadOlder(KEY)]);
    expect(ids()?.[0]).toBe(41);
    expect(core.calls.filter((one) => one.name === "message.page")).toHaveLength(1);
    expect(held()).toMatchObject({ prepended: true, loadingOlder: false });
    applyMessages([{ changed: [message(101)], removed: [] }]);
    expect(held()?.prepended).toBe(false);
  });

  it("can be asked for again after an error", async () => {
    await openTimeline(KEY);
    core.answers["message.page"] = () => new Refusal("timeout");
    await loadOlder(KEY);
    expect(held()).toMatchObject({ loadingOlder: false, older: 51 });
  });
});

describe("changes", () => {
  it("leave other timelines as they are", async () => {
    await openTimeline(KEY);
    const before = held();
    applyMessages([{ changed: [message(7, { chat: "eve@example.org" as typeof BOB })], removed: [id(5000)] }]);
    expect(held()).toBe(before);
  });

  it("put a delayed message by its time, but never before what was read", () => {
    const known = [message(1), message(2), message(3, { sentAt: message(9).sentAt })];
    const late = message(4, { sentAt: message(2).sentAt + 10 });
    const order = (one: typeof late, firstUnread: number | null): number[] =>
      mergeMessages(known, [one], new Set(), firstUnread === null ? null : id(firstUnread)).map(({ id }) => id);
    expect(order(late, 3)).toEqual([1, 2, 4, 3]);
    expect(order(late, null)).toEqual([1, 2, 3, 4]);
    const veryLate = message(4, { sentAt: 1 });
    expect(order(veryLate, 2)).toEqual([1, 4, 2, 3]);
    expect(order(veryLate, 3)).toEqual([1, 2, 4, 3]);
  });

  it("of a delivery state replace the message where it stands", async () => {
    await openTimeline(KEY);
    applyMessages([{ changed: [message(60, { delivery: "read", direction: "out" })], removed: [] }]);
    expect(ids()?.[9]).toBe(60);
    expect(held()?.messages[9]?.delivery).toBe("read");
  });
});

describe("sending", () => {
  it("shows the message once, whichever comes first, answer or event", async () => {
    await openTimeline(KEY);
    const own = message(101, { direction: "out", delivery: "pending" });
    core.answers["message.send"] = () => {
      applyMessages([{ changed: [{ ...own, delivery: "sent" }], removed: [] }]);
      return own;
    };
    await sendMessage(KEY, "text");
    expect(ids()?.filter((one) => one === 101)).toHaveLength(1);
    expect(held()?.messages.at(-1)?.delivery).toBe("sent");
  });

  it("throws the code of the core when nothing was stored", async () => {
    core.answers["message.send"] = () => new Refusal("store-not-writable");
    await expect(sendMessage(KEY, "text")).rejects.toMatchObject({ code: "store-not-writable" });
  });
});

it("keeps a dozen timelines and drops the oldest", async () => {
  applyChats([{ changed: [chat()], removed: [] }]);
  for (let at = 0; at < 20; at++) await openTimeline({ account: ACCOUNT, jid: `user${at}@example.org` as typeof BOB });
  expect(Object.keys(useMessages.getState().timelines)).toHaveLength(12);
});
