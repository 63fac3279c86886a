// @vitest-environment happy-dom
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../../shared/model/message.ts";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { applyChats, clearChats } from "../chats.ts";
import { ACCOUNT, BOB, chat, installCore, message, Refusal, type FakeCore } from "../../testing/state.ts";
import { draftOf, setDraft } from "./drafts.ts";
import {
  applyMessages,
  clearMessages,
  editMessage,
  loadOlder,
  mergeMessages,
  openTimeline,
  sendMessage,
  useMessages,
} from "./messages.ts";

const KEY = { account: ACCOUNT, jid: BOB };
const held = () => useMessages.getState().timelines[`${ACCOUNT} ${BOB}`];
const ids = (): number[] | undefined => held()?.messages.map((one) => one.id);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
const id = (value: number) => value as MessageId;

let core: FakeCore;
beforeEach(() => {
  clearMessages();
  clearChats();
  core = installCore({
    "chat.open": () => ({ chat: chat(), page: { messages: range(51, 100), older: 51, missing: false } }),
  });
});

describe("opening a chat", () => {
  it("shows the newest page", async () => {
    await openTimeline(KEY);
    expect(held()?.status).toBe("ready");
    expect(ids()).toHaveLength(50);
  });

  it("loads pages back to the first unread message", async () => {
    core.answers["chat.open"] = () => ({
      chat: chat({ unread: 80, firstUnread: id(21) }),
      page: { messages: range(51, 100), older: 51, missing: false },
    });
    core.answers["message.page"] = ({ before }) => ({
      messages: range(Math.max(1, before - 20), before - 1),
      older: before > 21 ? before - 20 : null,
      missing: false,
    });
    await openTimeline(KEY);
    expect(ids()?.[0]).toBe(11);
    expect(held()?.firstUnread).toBe(21);
  });

  it("does not lose messages that arrive while it opens", async () => {
    core.answers["chat.open"] = () => {
      applyMessages([{ changed: [message(101), message(100, { body: "newer" })], removed: [id(99)] }]);
      return { chat: chat(), page: { messages: range(51, 100), older: 51, missing: false } };
    };
    await openTimeline(KEY);
    expect(ids()?.slice(-3)).toEqual([98, 100, 101]);
    expect(held()?.messages.find((one) => one.id === 100)?.body).toBe("newer");
  });

  it("sets the error if it failed, and works when tried again", async () => {
    core.answers["chat.open"] = () => new Refusal("store-locked");
    await openTimeline(KEY);
    expect(held()).toMatchObject({ status: "failed", error: "store-locked" });
    core.answers["chat.open"] = () => ({ chat: chat(), page: { messages: range(1, 2), older: null, missing: false } });
    await openTimeline(KEY);
    expect(ids()).toEqual([1, 2]);
  });

  it("keeps older loaded messages, and objects that did not change", async () => {
    await openTimeline(KEY);
    core.answers["message.page"] = () => ({ messages: range(1, 50), older: null, missing: false });
    await loadOlder(KEY);
    const before = held()?.messages[60];
    await openTimeline(KEY);
    expect(ids()).toHaveLength(100);
    expect(held()?.older).toBeNull();
    expect(held()?.messages[60]).toBe(before);
  });
});

describe("older messages", () => {
  it("are added at the start, once, however often they are requested", async () => {
    await openTimeline(KEY);
    core.answers["message.page"] = ({ before }) => ({
      messages: range(before - 10, before - 1),
      older: before - 10,
      missing: false,
    });
    await Promise.all([loadOlder(KEY), loadOlder(KEY), loadOlder(KEY)]);
    expect(ids()?.[0]).toBe(41);
    expect(core.calls.filter((one) => one.name === "message.page")).toHaveLength(1);
    expect(held()).toMatchObject({ prepended: true, loadingOlder: false });
    applyMessages([{ changed: [message(101)], removed: [] }]);
    expect(held()?.prepended).toBe(false);
  });

  it("that only the server has are reported, and can be requested again", async () => {
    await openTimeline(KEY);
    core.answers["message.page"] = () => ({ messages: [], older: 51, missing: true });
    await loadOlder(KEY);
    expect(held()).toMatchObject({ missing: true, older: 51 });
    core.answers["message.page"] = () => ({ messages: range(49, 50), older: null, missing: false });
    await loadOlder(KEY);
    expect(held()).toMatchObject({ missing: false, older: null });
    expect(ids()?.[0]).toBe(49);
  });

  it("can be requested again after an error", async () => {
    await openTimeline(KEY);
    core.answers["message.page"] = () => new Refusal("timeout");
    await loadOlder(KEY);
    expect(held()).toMatchObject({ loadingOlder: false, older: 51, missing: false });
  });
});

describe("changes", () => {
  it("do not change other timelines", async () => {
    await openTimeline(KEY);
    const before = held();
    applyMessages([{ changed: [message(7, { chat: "eve@example.org" as typeof BOB })], removed: [id(5000)] }]);
    expect(held()).toBe(before);
  });

  it("are inserted by position, in whatever order they arrive", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(range(1, 12), { minLength: 12 }),
        fc.nat(12),
        fc.nat(5),
        (shuffled, held, chunk) => {
          const known = shuffled.slice(0, held).toSorted((a, b) => a.position - b.position);
          let now: readonly Message[] = known;
          for (let at = held; at < shuffled.length; at += chunk + 1)
            now = mergeMessages(now, shuffled.slice(at, at + chunk + 1), new Set(), null);
          expect(now.map((one) => one.id)).toEqual(range(1, 12).map((one) => one.id));
        },
      ),
    );
  });

  it("before the loaded part wait for their page", () => {
    const known = range(5, 7);
    expect(mergeMessages(known, [message(3), message(9)], new Set(), 5000).map((one) => one.id)).toEqual([5, 6, 7, 9]);
    expect(mergeMessages(known, [message(3)], new Set(), null).map((one) => one.id)).toEqual([3, 5, 6, 7]);
  });

  it("with a new delivery state replace the message in place", async () => {
    await openTimeline(KEY);
    applyMessages([{ changed: [message(60, { delivery: "read", direction: "out" })], removed: [] }]);
    expect(ids()?.[9]).toBe(60);
    expect(held()?.messages[9]?.delivery).toBe("read");
  });
});

describe("a failed message", () => {
  it("returns to the composer, before the present text", async () => {
    core.answers["message.discard"] = () => null;
    setDraft(KEY, "half a thought");
    await editMessage(message(3, { direction: "out", delivery: "failed", body: "refused" }));
    expect(draftOf(KEY)).toBe("refused\n\nhalf a thought");
    core.answers["message.discard"] = () => new Refusal("not-found");
    await expect(editMessage(message(4, { body: "gone" }))).rejects.toMatchObject({ code: "not-found" });
    expect(draftOf(KEY)).toBe("refused\n\nhalf a thought");
    setDraft(KEY, "");
  });
});

describe("sending", () => {
  it("is shown once, whichever comes first, answer or event", async () => {
    await openTimeline(KEY);
    const own = message(101, { direction: "out", delivery: "pending" });
    core.answers["message.send"] = () => {
      applyMessages([{ changed: [{ ...own, delivery: "sent" }], removed: [] }]);
      return own;
    };
    await sendMessage(KEY, "text", "none");
    expect(ids()?.filter((one) => one === 101)).toHaveLength(1);
    expect(held()?.messages.at(-1)?.delivery).toBe("sent");
  });

  it("throws the core's code if nothing was stored", async () => {
    core.answers["message.send"] = () => new Refusal("store-not-writable");
    await expect(sendMessage(KEY, "text", "none")).rejects.toMatchObject({ code: "store-not-writable" });
  });
});

it("keeps a dozen timelines and drops the oldest", async () => {
  applyChats([{ changed: [chat()], removed: [] }]);
  for (let at = 0; at < 20; at++) await openTimeline({ account: ACCOUNT, jid: `user${at}@example.org` as typeof BOB });
  expect(Object.keys(useMessages.getState().timelines)).toHaveLength(12);
});
