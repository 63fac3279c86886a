/** Our reactions in a room from when they are sent until the room reflects them (XEP-0045 §7.4). */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Author } from "../../../model/message.ts";
import { fixture, me, myJid, T, type Fixture } from "../../testing/store.ts";
import { changing } from "../../testing/outbox.ts";
import * as fixtures from "../../testing/reactions.ts";
import { by, key as roomKey, opened, page, receive, room, roomText, storedRoom } from "../../testing/room.ts";

const { reacted, reaction } = fixtures;
const ours: Author = {
  outgoing: true,
  address: room,
  occupant: by("me", { occupantId: "o-me", jid: myJid }),
  occupancy: null,
};
let f: Fixture;
beforeEach(async () => {
  f = await fixture();
  await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
  await f.store.write({ op: "room.put", args: storedRoom() }, opened());
  const writer = by("ann", { occupantId: "o-ann" });
  await receive(f.store, roomText("hello", { originId: "m1", messageId: "m1", writer }), { archiveId: "a1" });
});
afterEach(() => f.end());

const shown = () => fixtures.shown(f, 0, room);
async function react(originId: string, emoji: string, chosen = true): Promise<void> {
  const { id } = (await fixtures.all(f, room))[0]!;
  await f.store.write(changing(originId, { kind: "reaction", id, emoji, chosen }));
}
const pending = async () =>
  (await f.store.read("outbox.pending", { account: me })).map(({ payload }) =>
    payload.kind === "reaction" ? payload.emoji.join(" ") : payload.kind,
  );
const tried = (originId: string) => f.store.write({ op: "outbox.tried", args: { account: me, originId, now: T } });
const acked = (originId: string) => f.store.write({ op: "outbox.acked", args: { account: me, originIds: [originId] } });
const send = async (originId: string, emoji: string, chosen = true): Promise<void> => {
  await react(originId, emoji, chosen);
  await tried(originId);
  await acked(originId);
};
const refuse = (originId: string) =>
  f.store.write({
    op: "outbox.failed",
    args: { account: me, chat: room, originId, condition: "forbidden", text: "", waiting: false },
  });
const ofUs = (originId: string, emoji: string) => reaction(emoji, { author: ours, target: "a1", originId });
/** The room sends this set of ours: a reflection, or one of another device. */
const reflect = (originId: string, emoji: string) => fixtures.take(f, ofUs(originId, emoji), roomKey);
const inArchive = (originId: string, emoji: string, stamp: number) => {
  const { inbound, ...entry } = reacted(ofUs(originId, emoji), stamp);
  return { ...entry, inbound: { ...inbound!, conversation: { jid: room, kind: "room" as const } } };
};

describe("our reactions in a room", () => {
  it("keep the newest set when the reflection of an older one follows the acknowledgement of both", async () => {
    await send("q1", "👍");
    await send("q2", "🎉");
    expect(await reflect("q1", "👍")).toBeNull();
    expect(await shown()).toBe("👍1* 🎉1*");
    await react("q3", "👍", false);
    expect(await pending()).toEqual(["🎉"]);
    await tried("q3");
    await reflect("q2", "👍 🎉");
    await acked("q3");
    await reflect("q3", "🎉");
    expect(await shown()).toBe("🎉1*");
  });

  it("are newer than sets of our other devices that the room sends before the reflection, older than those after", async () => {
    await send("q1", "👍");
    await reflect("x1", "😂");
    expect(await shown()).toBe("👍1*");
    await reflect("q1", "👍");
    expect(await shown()).toBe("👍1*");
    await reflect("x2", "🎉");
    expect(await shown()).toBe("🎉1*");
  });

  it("show the last set that the room sent when ours is refused, and those after it", async () => {
    await send("q1", "👍");
    await reflect("q1", "👍");
    await send("q2", "🎉");
    await reflect("x1", "😂");
    await refuse("q2");
    expect(await shown()).toBe("😂1*");
    await reflect("x2", "👎");
    expect(await shown()).toBe("👎1*");
  });

  it("that were removed before a try wait for no reflection", async () => {
    await react("q1", "👍");
    await react("q2", "👍", false);
    expect(await pending()).toEqual([]);
    await reflect("x1", "😂");
    expect(await shown()).toBe("😂1*");
  });

  it("may be changed by another device after the reflection, also before the acknowledgement", async () => {
    await react("q1", "👍");
    await tried("q1");
    await reflect("q1", "👍");
    await reflect("x1", "😂");
    expect(await shown()).toBe("😂1*");
    await acked("q1");
    expect(await shown()).toBe("😂1*");
  });

  it("that are reflected but not acknowledged are shown again when the next set is refused", async () => {
    await react("q1", "👍");
    await tried("q1");
    await reflect("q1", "👍");
    await send("q2", "🎉");
    await refuse("q2");
    expect(await shown()).toBe("👍1*");
  });

  it("wait for the reflection of what is sent again after the room lost us", async () => {
    await send("q1", "👍");
    // The refusal of something else comes first.
    await f.store.write(opened());
    await f.store.write({ op: "outbox.again", args: { account: me, room, refused: "q1", originId: "q2" } }, opened());
    await reflect("x1", "😂");
    expect(await shown()).toBe("👍1*");
    await tried("q2");
    await acked("q2");
    await reflect("x2", "🎉");
    expect(await shown()).toBe("👍1*");
    await reflect("q2", "👍");
    await reflect("x3", "🎉");
    expect(await shown()).toBe("🎉1*");
  });

  it("are found in the archive instead, and only what stands behind them there replaces them", async () => {
    await send("q1", "👍");
    await send("q2", "🎉");
    await f.store.write(opened(T + 100_000));
    await page(f.store, [inArchive("q1", "👍", T + 10), inArchive("q2", "👍 🎉", T + 11)]);
    expect(await shown()).toBe("👍1* 🎉1*");
    await reflect("x1", "😂");
    expect(await shown()).toBe("😂1*");
  });

  it.each([
    ["the next session", null],
    ["joining the room again", room],
  ])("that were never reflected do not outlast %s", async (_, archive) => {
    await send("q1", "👍");
    await f.store.write(opened(T + 100_000, archive));
    await reflect("x1", "😂");
    expect(await shown()).toBe("😂1*");
  });

  it("that still wait in the outbox are newer than what another device sends in the next session", async () => {
    await react("q1", "👍");
    await tried("q1");
    await f.store.write(opened(T + 100_000, null), opened(T + 100_000));
    await reflect("x1", "😂");
    expect(await shown()).toBe("👍1*");
    expect(await pending()).toEqual(["👍"]);
  });
});
