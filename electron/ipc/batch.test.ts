import { describe, expect, it } from "vitest";
import { bareJid } from "../../shared/jid.ts";
import type { EventPayload } from "../../shared/ipc/index.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { MOST_NOTICES } from "../../shared/model/room-notice.ts";
import { createBatch, type EventBatch } from "./batch.ts";
import { chatOf } from "../../shared/testing/messages.ts";

const account = "account00001" as AccountId;
const of = (local: string) => ({ account, jid: bareJid(`${local}@localhost`) });
const chat = (local: string, unread: number) => chatOf({ ...of(local), unread });

describe("event batching", () => {
  function make() {
    const sent: EventBatch[] = [];
    const frames: (() => void)[] = [];
    const batch = createBatch(
      (one) => sent.push(one),
      (flush) => frames.push(flush),
    );
    return { batch, sent, frame: () => frames.splice(0).forEach((flush) => flush()) };
  }

  it("sends one batch per frame, with the latest state of each chat", () => {
    const { batch, sent, frame } = make();
    batch.publish("chats.changed", { changed: [chat("x", 1), chat("y", 1)], removed: [] });
    batch.publish("chats.changed", { changed: [chat("x", 2)], removed: [] });
    expect(sent).toEqual([]);
    frame();
    expect(sent).toEqual([[["chats.changed", { changed: [chat("x", 2), chat("y", 1)], removed: [] }]]]);
    frame();
    expect(sent).toHaveLength(1);
  });

  it("lets the later of changed and removed win", () => {
    const { batch, sent, frame } = make();
    const key = of("x");
    batch.publish("chats.changed", { changed: [chat("x", 1)], removed: [] });
    batch.publish("chats.changed", { changed: [], removed: [key] });
    frame();
    batch.publish("chats.changed", { changed: [], removed: [key] });
    batch.publish("chats.changed", { changed: [chat("x", 3)], removed: [] });
    frame();
    expect(sent).toEqual([
      [["chats.changed", { changed: [], removed: [key] }]],
      [["chats.changed", { changed: [chat("x", 3)], removed: [] }]],
    ]);
  });

  it("sends the batch at once before an answer", () => {
    const { batch, sent, frame } = make();
    batch.publish("store.changed", { state: "ready" });
    batch.flush();
    frame();
    expect(sent).toEqual([[["store.changed", { state: "ready" }]]]);
  });

  it("sends the latest state of each room notice, and only the newest notices in a flood", () => {
    const { batch, sent, frame } = make();
    type Notice = EventPayload<"rooms.noticed">["notices"][number];
    const notice = (local: string, id: number, at = 0): Notice => ({
      ...of(local),
      id,
      at,
      change: { kind: "room", what: "configured" },
    });
    batch.publish("rooms.noticed", { notices: [notice("calm", 1)] });
    batch.publish("rooms.noticed", { notices: [notice("calm", 1, 5)] });
    for (let id = 2; id < 1_002; id++) batch.publish("rooms.noticed", { notices: [notice("loud", id)] });
    frame();
    const notices = sent.flat().flatMap(([name, payload]) => (name === "rooms.noticed" ? payload.notices : []));
    expect(notices).toEqual([
      notice("calm", 1, 5),
      ...Array.from({ length: MOST_NOTICES }, (_, index) => notice("loud", 802 + index)),
    ]);
  });

  it("sends the valid part of an event, and nothing of an entirely invalid one", () => {
    const { batch, sent, frame } = make();
    batch.publish("chats.changed", {
      changed: [{ ...chat("x", 1), unread: () => 0 } as never, chat("y", 1)],
      removed: [of("z"), null as never],
    });
    batch.publish("chats.changed", null as never);
    batch.publish("store.changed", { state: () => "ready" } as never);
    frame();
    expect(sent).toEqual([[["chats.changed", { changed: [chat("y", 1)], removed: [of("z")] }]]]);
  });
});
