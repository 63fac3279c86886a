/** A room that is hostile: what it says without end is not kept without end. */
import { expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { fixture, give } from "../testing/feature.ts";
import { MOST_OCCUPANTS, muc } from "./index.ts";

const room = "salon@muc.example.org" as BareJid;
const presence = (nickname: string, more = ""): string =>
  `<presence from='${room}/${nickname}'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant'/>${more}</x></presence>`;

async function entering() {
  const it = fixture();
  const feature = muc(it.ports, { pageOf: () => Promise.reject(new Error("no archive")) });
  await feature.intents.join({ room, nickname: "alice", password: null, since: null });
  const told = () =>
    it.events.flatMap((event) =>
      event.type === "room.occupants" ? [event.changed.map(({ nickname }) => nickname)] : [],
    );
  return { ...it, feature, told };
}

it("who comes again and again while we enter is told once", async () => {
  const { feature, told } = await entering();
  for (let n = 0; n < 500; n++) await give(feature, presence(`bob${n % 2}`));
  expect(told()).toEqual([]);
  await give(feature, presence("alice", "<status code='110'/>"));
  expect(told()).toEqual([["bob0", "bob1", "alice"]]);
  await give(feature, presence("alice", "<status code='110'/>"));
  expect(told()[1]).toEqual(["alice"]);
  await feature.intents.leave(room);
});

it(`of more than ${MOST_OCCUPANTS} occupants the first are kept, and we ourselves`, async () => {
  const { feature, told } = await entering();
  for (let n = 0; n < MOST_OCCUPANTS + 50; n++) await give(feature, presence(`u${n}`));
  await give(feature, presence("alice", "<status code='110'/>"));
  expect(told()[0]).toHaveLength(MOST_OCCUPANTS + 1);
  await give(feature, presence("one-more"));
  expect(told()).toHaveLength(1);
  await feature.intents.leave(room);
});

it("only who is in a room with us counts as joined", async () => {
  const { feature } = await entering();
  expect(feature.isJoined(room)).toBe(false);
  await give(feature, presence("alice", "<status code='110'/>"));
  expect([feature.isJoined(room), feature.isJoined("other@muc.example.org" as BareJid)]).toEqual([true, false]);
  await feature.intents.leave(room);
  expect(feature.isJoined(room)).toBe(false);
});

it("a room that is entered before this feature had its turn in the session is not forgotten then, and one of before is", async () => {
  const { feature } = await entering();
  const begun = { resumed: false, bound: null, features: null } as never;
  await feature.online!(begun);
  await give(feature, presence("alice", "<status code='110'/>"));
  expect(feature.isJoined(room)).toBe(true);
  feature.offline!();
  await feature.online!(begun);
  expect(feature.isJoined(room)).toBe(false);
});
