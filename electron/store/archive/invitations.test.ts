import { afterEach, beforeEach, expect, it } from "vitest";
import { archived } from "../testing/reactions.ts";
import { alice, archivedText, fixture, incoming, me, T, type Fixture } from "../testing/store.ts";
import { room } from "../testing/room.ts";

let f: Fixture;
beforeEach(async () => void (f = await fixture()));
afterEach(() => f.end());

const open = (now: number) => f.store.write({ op: "archive.open", args: { account: me, archive: null, now } });
const invitation = (archiveId: string, stamp: number) => {
  const entry = archivedText(archiveId, stamp);
  const payload = { kind: "invitation", room, from: alice, direct: true, nickname: null, reason: "" } as const;
  return { ...entry, inbound: { ...entry.inbound!, payload } };
};

it("an invitation in the archive is new where messages are, and is not a message itself", async () => {
  await open(T);
  // A new device: existing entries count as read, except those after the session began.
  const history = [invitation("old", T - 9), archivedText("a1", T - 8, { body: "one" }), invitation("new", T - 7)];
  expect(await archived(f, history, { newFrom: 2, complete: true })).toMatchObject({ fresh: ["new"] });
  expect(await f.bodies()).toEqual(["one"]);
  await f.store.write(incoming({ body: "two", archiveId: "a2", sentAt: T + 1 }));
  await open(T + 100);
  const missed = [archivedText("a2", T + 1, { body: "two" }), invitation("missed", T + 50)];
  expect(await archived(f, missed)).toMatchObject({ fresh: ["missed"] });
  expect(await f.bodies()).toEqual(["one", "two"]);
});
