/** Messages that bots send with one id and one text are each kept, however they arrive. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alice, archivedText, archivePage, fixture, incoming, jid, me, T, type Fixture } from "../testing/store.ts";
import { by, received, room, roomText } from "../testing/room.ts";

let f: Fixture;
beforeEach(async () => void (f = await fixture()));
afterEach(() => f.end());

const MINUTE = 60_000;
const begin = (now: number) => f.store.write({ op: "archive.open", args: { account: me, archive: null, now } });
const bot = (sentAt: number, more = {}) => f.store.write(incoming({ body: "ok", messageId: "1", sentAt, ...more }));
const count = async (jid: typeof alice = alice) =>
  (await f.store.read("messages.page", { account: me, jid, before: null, limit: 100 })).messages.length;

describe("messages with the same id and text", () => {
  it("are two if the archive gave them two ids", async () => {
    await bot(T, { archiveId: "a1" });
    await bot(T + 1, { archiveId: "a2" });
    await bot(T + 1, { archiveId: "a2" });
    expect(await count()).toBe(2);
  });

  it("are two if one stream delivers both without archive ids", async () => {
    await begin(T);
    await bot(T + 1);
    await bot(T + 2);
    await bot(T + 3);
    expect(await count()).toBe(3);
  });

  it("are one if the next stream repeats it at once, and two if it arrives much later", async () => {
    await begin(T);
    await bot(T + 1);
    await begin(T + MINUTE);
    await bot(T + MINUTE + 1);
    expect(await count()).toBe(1);
    await bot(T + MINUTE + 2);
    expect(await count()).toBe(2);
    await begin(T + 180 * MINUTE);
    await bot(T + 180 * MINUTE + 1);
    expect(await count()).toBe(3);
  });

  it("are as many as the times at which they were held back", async () => {
    await begin(T);
    await bot(T + 1);
    await begin(T + 60 * MINUTE);
    for (const minute of [5, 10, 15]) await bot(T + minute * MINUTE, { delayed: true });
    // The first may be the known one; its acknowledgement was lost.
    expect(await count()).toBe(3);
    for (const minute of [5, 10, 15]) await bot(T + minute * MINUTE, { delayed: true });
    expect(await count()).toBe(3);
  });

  it("are as many as an archive page has, if one arrived live without an archive id", async () => {
    await begin(T);
    await bot(T + 1);
    const entries = [1, 2, 3].map((n) => archivedText(`a${n}`, T + n, { body: "ok", messageId: "1" }));
    await archivePage(f.store, null, entries);
    expect(await count()).toBe(3);
    await begin(T + MINUTE);
    await archivePage(f.store, null, entries);
    expect(await count()).toBe(3);
  });

  it("are as many as a room without archive ids sends, live and as history with each join", async () => {
    const say = (sentAt: number, delayed = false) =>
      f.store.write(received(roomText("ok", { messageId: "1" }), { sentAt, delayed }));
    await begin(T);
    await say(T + 1);
    await say(T + 2);
    expect(await count(room)).toBe(2);
    for (let joined = 0; joined < 3; joined++) {
      await begin(T + (joined + 1) * 60 * MINUTE);
      for (const at of [1, 2, 3]) await say(T + at, true);
      for (const at of [1, 2, 3]) await say(T + at, true);
      expect(await count(room)).toBe(3);
    }
  });
});

it("takes the copies of a private message that the archive keeps for each of our devices for one", async () => {
  const occupant = jid(`${room}/Bob`);
  const said = { from: room, chat: occupant, occupant: by("Bob"), body: "psst", messageId: "1" };
  await begin(T);
  await f.store.write(incoming({ ...said, sentAt: T + 1, archiveId: "a1" }));
  const copies = ["a1", "a2"].map((id) => archivedText(id, T + 1, said));
  await archivePage(f.store, null, copies);
  expect(await count(occupant)).toBe(1);
  await f.store.write(incoming({ ...said, sentAt: T + 2, archiveId: "a3" }));
  expect(await count(occupant)).toBe(2);
});
