// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { applyChats, clearChats, loadChats, loadMoreChats, useChats } from "./chats.ts";
import { chatId } from "./chat-id.ts";
import { chat, installCore, Refusal, type BOB, type FakeCore } from "../testing/state.ts";

const jid = (name: string) => `${name}@example.org` as typeof BOB;
const order = (): string[] => useChats.getState().order.map((id) => id.split(" ")[1]?.split("@")[0] ?? "");

let core: FakeCore;
beforeEach(() => {
  clearChats();
  core = installCore();
});

describe("the order of the chats", () => {
  it("is pinned first, then newest activity", () => {
    applyChats([
      {
        changed: [
          chat({ jid: jid("old"), activityAt: 1 }),
          chat({ jid: jid("new"), activityAt: 9 }),
          chat({ jid: jid("pin"), activityAt: 2, pinned: true }),
        ],
        removed: [],
      },
    ]);
    expect(order()).toEqual(["pin", "new", "old"]);
  });

  it("is the same object while no chat moves, so that the list is not rendered again", () => {
    applyChats([
      { changed: [chat({ jid: jid("a"), activityAt: 2 }), chat({ jid: jid("b"), activityAt: 1 })], removed: [] },
    ]);
    const before = useChats.getState().order;
    applyChats([{ changed: [chat({ jid: jid("b"), activityAt: 1, unread: 3, muted: true })], removed: [] }]);
    expect(useChats.getState().order).toBe(before);
    applyChats([{ changed: [chat({ jid: jid("b"), activityAt: 3 })], removed: [] }]);
    expect(order()).toEqual(["b", "a"]);
  });

  it("excludes closed chats", () => {
    applyChats([{ changed: [chat({ jid: jid("a") }), chat({ jid: jid("b") })], removed: [] }]);
    applyChats([{ changed: [], removed: [{ account: chat().account, jid: jid("a") }] }]);
    expect(order()).toEqual(["b"]);
  });
});

describe("pages", () => {
  it("pages load one after the other, and calls in the meantime join", async () => {
    core.answers["chat.page"] = ({ after }) =>
      after === undefined
        ? { chats: [chat({ jid: jid("a"), activityAt: 9 })], next: "cursor" }
        : { chats: [chat({ jid: jid("b"), activityAt: 1 })], next: null };
    await loadChats();
    expect(useChats.getState()).toMatchObject({ status: "ready", hasMore: true });
    await Promise.all([loadMoreChats(), loadMoreChats()]);
    expect(order()).toEqual(["a", "b"]);
    expect(core.calls).toHaveLength(2);
    await loadMoreChats();
    expect(core.calls).toHaveLength(2);
  });

  it("pages never replace a newer state that arrived in the meantime", async () => {
    core.answers["chat.page"] = () => {
      const newer = chat({ unread: 7 });
      core.emit("chats.changed", { changed: [newer], removed: [] });
      applyChats([{ changed: [newer], removed: [] }]);
      return { chats: [chat({ unread: 1 })], next: null };
    };
    await loadChats();
    expect(useChats.getState().byId.get(chatId(chat()))?.unread).toBe(7);
  });

  it("pages that fail set the error status", async () => {
    core.answers["chat.page"] = () => new Refusal("internal");
    await loadChats();
    expect(useChats.getState().status).toBe("failed");
  });
});
