/** What only the archive has of the private messages of rooms (XEP-0045 §7.5). */
import { afterEach, beforeEach, expect, it } from "vitest";
import { anyJid } from "../../../shared/jid.ts";
import { by, room } from "../testing/room.ts";
import { archivedText, fixture, me, myJid, T, type Fixture } from "../testing/store.ts";

const bob = anyJid(`${room}/Bob`);
const own = { chat: bob, from: myJid, occupant: by("Bob") };
const theirs = { chat: bob, from: room, occupant: by("Bob") };
let f: Fixture;
beforeEach(async () => {
  f = await fixture();
});
afterEach(() => f.end());

it("goes between two messages that came live at once, also while positions are ahead of the clock", async () => {
  await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
  const state = await f.store.read("archive.state", { account: me, archive: null });
  // The session has read its archive: nothing of it is missing any more.
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
  await f.store.write({ op: "archive.private", args: { account: me, entries, changes: [], now: T + 1 } });
  const { messages } = await f.store.read("messages.page", { account: me, jid: bob, before: null, limit: 9 });
  expect(messages.map(({ body }) => body)).toEqual(["one", "two", "three"]);
});
