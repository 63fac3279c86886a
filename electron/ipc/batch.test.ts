import { describe, expect, it } from "vitest";
import type { EventPayload } from "../../shared/ipc.ts";
import { MOST_NOTICES } from "../../shared/model/room-notice.ts";
import { createBatch, type EventBatch } from "./batch.ts";

type Chats = EventPayload<"chats.changed">;
const chat = (jid: string, unread: number) => ({ account: "a", jid, unread }) as unknown as Chats["changed"][number];

describe("batching events", () => {
  function make() {
    const sent: EventBatch[] = [];
    const frames: (() => void)[] = [];
    const batch = createBatch(
      (one) => sent.push(one),
      (flush) => frames.push(flush),
    );
    return { batch, sent, frame: () => frames.splice(0).forEach((flush) => flush()) };
  }

  it("sends one flush a frame, with the last state of each chat", () => {
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
    const key = { account: "a", jid: "x" } as Chats["removed"][number];
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

  it("flushes at once when an answer is about to go out", () => {
    const { batch, sent, frame } = make();
    batch.publish("store.changed", { state: "ready" });
    batch.flush();
    frame();
    expect(sent).toEqual([[["store.changed", { state: "ready" }]]]);
  });

  it("sends of what happens in a room each once as it is last, and in a flood the newest", () => {
    const { batch, sent, frame } = make();
    type Notice = EventPayload<"rooms.noticed">["notices"][number];
    const notice = (jid: string, id: number, at = 0) => ({ account: "a", jid, id, at }) as unknown as Notice;
    batch.publish("rooms.noticed", { notices: [notice("calm", 1)] });
    batch.publish("rooms.noticed", { notices: [notice("calm", 1, 5)] });
    for (let id = 2; id < 1_002; id++) batch.publish("rooms.noticed", { notices: [notice("loud", id)] });
    frame();
    const notices = sent.flat().flatMap(([name, payload]) => (name === "rooms.noticed" ? payload.notices : []));
    expect(notices).toEqual([notice("calm", 1, 5), ...Array.from({ length: MOST_NOTICES }, (_, index) => notice("loud", 802 + index))]);
  });
});
