/** Private messages of rooms (XEP-0045 §7.5) that are only in the archive. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { anyJid } from "../../../shared/jid.ts";
import { by, room } from "../testing/room.ts";
import { outgoing, sendText } from "../testing/outbox.ts";
import { alice, archivedText, archivePage, fixture, me, myJid, T, type Fixture } from "../testing/store.ts";

const bob = anyJid(`${room}/Bob`);
const own = { chat: bob, from: myJid, occupant: by("Bob") };
const theirs = { chat: bob, from: room, occupant: by("Bob") };
/** Nothing has come since the archive answered. */
const AFTER = Number.MAX_SAFE_INTEGER;
let f: Fixture;
beforeEach(async () => {
  f = await fixture();
});
afterEach(() => f.end());

it("places them between two live messages of the same moment, even if positions are ahead of the clock", async () => {
  await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
  const state = await f.store.read("archive.state", { account: me, archive: null });
  // The session has read its archive: nothing is missing.
  const read = { span: state!.span, askedBefore: null, peer: null, entries: [], first: null, complete: true };
  const page = { account: me, archive: null, ...read, archiveChanged: false, newFrom: 0, changes: [], now: T };
  await f.store.write({ op: "archive.page", args: page });
  await f.receive({ ...theirs, body: "one", sentAt: T + 1, originId: "1", archiveId: "a1" });
  await f.receive({ ...theirs, body: "three", sentAt: T + 1, originId: "3", archiveId: "a3" });
  const entries = [
    archivedText("a1", T, { ...theirs, body: "one", originId: "1" }),
    archivedText("a2", T, { ...own, body: "two", originId: "2" }),
    archivedText("a3", T, { ...theirs, body: "three", originId: "3" }),
  ];
  await f.store.write({ op: "archive.private", args: { account: me, entries, end: AFTER, changes: [], now: T + 1 } });
  const { messages } = await f.store.read("messages.page", { account: me, jid: bob, before: null, limit: 9 });
  expect(messages.map(({ body }) => body)).toEqual(["one", "two", "three"]);
});

it.each([false, true])(
  "places them after one that was written here, even if our clock is behind (third known: %s)",
  async (isKnown) => {
    await sendText(f.store, outgoing("one", "1", { jid: bob, kind: "private", now: T, for: by("Bob") }));
    await f.store.write({ op: "outbox.acked", args: { account: me, originIds: ["1"] } });
    if (isKnown) await f.receive({ ...theirs, body: "three", sentAt: T + 5000, originId: "3", archiveId: "a3" });
    const entries = [
      archivedText("a1", T, { ...own, body: "one", originId: "1" }),
      archivedText("a2", T, { ...own, body: "two", originId: "2" }),
      archivedText("a3", T, { ...theirs, body: "three", originId: "3" }),
    ];
    await f.store.write({
      op: "archive.private",
      args: { account: me, entries, end: AFTER, changes: [], now: T - 86_400_000 },
    });
    const { messages } = await f.store.read("messages.page", { account: me, jid: bob, before: null, limit: 9 });
    expect(messages.map(({ body }) => body)).toEqual(["one", "two", "three"]);
  },
);

it("keeps their order when a message that was held back comes after one of them", async () => {
  const archived = (id: string, more: Parameters<typeof archivedText>[2]) => archivedText(id, T, more);
  const known = archived("p0", { ...theirs, body: "known", originId: "p0" });
  const first = archived("p1", { ...own, body: "first", originId: "p1" });
  const second = archived("p2", { ...own, body: "second", originId: "p2" });
  await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
  await archivePage(f.store, null, [archived("a1", { body: "before" })], { complete: true });
  await f.receive({ body: "live", sentAt: T + 1, archiveId: "a2" });
  await f.receive({ ...theirs, body: "known", sentAt: T + 1, originId: "p0", archiveId: "p0" });
  await sendText(f.store, outgoing("ours", "o1", { now: T + 10_000 }));
  const entries = [known, first];
  await f.store.write({
    op: "archive.private",
    args: { account: me, entries, end: AFTER, changes: [], now: T + 10_000 },
  });
  await f.receive({ body: "held back", sentAt: T + 5_000, archiveId: "a3", delayed: true });
  await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T + 20_000 } });
  await archivePage(f.store, null, [
    archived("a2", { body: "live" }),
    known,
    first,
    second,
    archived("a3", { body: "held back" }),
  ]);
  const { messages } = await f.store.read("messages.page", { account: me, jid: bob, before: null, limit: 9 });
  expect(messages.map(({ body }) => body)).toEqual(["known", "first", "second"]);
  expect(await f.bodies(alice)).toEqual(["before", "live", "ours", "held back"]);
});

it("places them before what came live while they were read", async () => {
  await f.receive({ ...theirs, body: "known", sentAt: T, originId: "p0", archiveId: "p0" });
  const end = await f.store.read("archive.end", { account: me });
  await f.receive({ ...theirs, body: "live", sentAt: T + 1, originId: "p4", archiveId: "p4" });
  await sendText(f.store, outgoing("ours", "o1", { jid: bob, kind: "private", now: T + 2, for: by("Bob") }));
  const entries = [
    archivedText("p0", T, { ...theirs, body: "known", originId: "p0" }),
    archivedText("p1", T, { ...own, body: "first", originId: "p1" }),
    archivedText("p2", T, { ...theirs, body: "second", originId: "p2" }),
  ];
  await f.store.write({ op: "archive.private", args: { account: me, entries, end, changes: [], now: T + 2 } });
  const { messages } = await f.store.read("messages.page", { account: me, jid: bob, before: null, limit: 9 });
  expect(messages.map(({ body }) => body)).toEqual(["known", "first", "second", "live", "ours"]);
});

it("places many before one of the same moment that came live while they were read", async () => {
  await f.receive({ ...theirs, body: "known", sentAt: T + 1000, originId: "p0", archiveId: "p0" });
  for (let n = 0; n < 3; n++) await f.receive({ body: `${n}`, sentAt: T, archiveId: `a${n}` });
  const end = await f.store.read("archive.end", { account: me });
  await f.receive({ ...theirs, body: "live", sentAt: T, originId: "live", archiveId: "live" });
  const many = Array.from({ length: 30 }, (_, n) => `${n}`);
  const known = archivedText("p0", T, { ...theirs, body: "known", originId: "p0" });
  const entries = [known, ...many.map((id) => archivedText(`m${id}`, T, { ...own, body: id, originId: id }))];
  await f.store.write({ op: "archive.private", args: { account: me, entries, end, changes: [], now: T } });
  const { messages } = await f.store.read("messages.page", { account: me, jid: bob, before: null, limit: 99 });
  expect(messages.map(({ body }) => body)).toEqual(["known", ...many, "live"]);
});

it("returns the newest one that was not written here: where the next search begins", async () => {
  await f.receive({ ...theirs, body: "known", sentAt: T, originId: "p0", archiveId: "p0" });
  const ours = outgoing("ours", "o1", { jid: bob, kind: "private", now: T + 1000, for: by("Bob") });
  await sendText(f.store, ours);
  await f.store.write({ op: "outbox.acked", args: { account: me, originIds: ["o1"] } });
  const known = archivedText("p0", T, { ...theirs, body: "known", originId: "p0" });
  const first = archivedText("p1", T, { ...own, body: "first", originId: "p1" });
  const written = archivedText("p2", T, { ...own, body: "ours", originId: "o1" });
  const find = async (...entries: (typeof known)[]) => {
    const args = { account: me, entries, end: AFTER, changes: [], now: T + 60_000 };
    return (await f.store.write({ op: "archive.private", args }))[0].newest;
  };
  expect(await find(written)).toBeNull();
  expect(await find(known, written)).toBe("p0");
  expect(await find(known, first, written)).toBe("p1");
});
