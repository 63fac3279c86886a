import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Ended } from "../../../xmpp/stream/breaker.ts";
import { createFloods } from "./floods.ts";

const [tea, hall, flood] = ["tea@r.example", "hall@r.example", "flood@evil.example"] as BareJid[] as [
  BareJid,
  BareJid,
  BareJid,
];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Rooms that were joining, and had sent much. */
const loud = (...rooms: BareJid[]): Map<BareJid, number> => new Map(rooms.map((room) => [room, 60]));

function make() {
  const entered: BareJid[] = [];
  const blocked: BareJid[] = [];
  const rested: BareJid[] = [];
  const floods = createFloods({
    enter: (room) => entered.push(room),
    blocked: (room) => blocked.push(room),
    rested: (room) => rested.push(room),
  });
  /** A session that enters the rooms and ends. @returns what it entered */
  function session(rooms: BareJid[], joining: BareJid[], how: Ended = "reset"): BareJid[] {
    floods.begins(false);
    floods.enter(rooms);
    floods.ended(loud(...joining), how);
    return entered.splice(0);
  }
  return { entered, blocked, rested, floods, session, taken: () => entered.splice(0) };
}

it("enters all rooms at once as long as none is suspected", () => {
  const { floods, taken } = make();
  floods.begins(false);
  floods.enter([tea, hall, flood]);
  expect(taken()).toEqual([tea, hall, flood]);
});

it("enters suspects one at a time, and blocks the one on trial when the session ends again", () => {
  const { floods, taken, blocked } = make();
  floods.begins(false);
  floods.enter([tea, hall, flood]);
  floods.settled(tea);
  taken();
  floods.ended(loud(hall, flood), "fault");
  floods.begins(false);
  floods.enter([tea, hall, flood]);
  expect(taken()).toEqual([tea, hall]);
  floods.settled(hall);
  vi.advanceTimersByTime(9_000);
  expect(taken()).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(taken()).toEqual([flood]);
  floods.ended(loud(flood), "fault");
  floods.begins(false);
  expect([blocked, floods.isBlocked(flood), floods.isBlocked(hall)]).toEqual([[flood], true, false]);
  // The other suspect was acquitted.
  floods.enter([tea, hall]);
  expect(taken()).toEqual([tea, hall]);
  floods.forgive(flood);
  expect(floods.isBlocked(flood)).toBe(false);
});

it("suspects the loudest room that we are in, when it is loud", () => {
  const { floods, taken, blocked } = make();
  floods.begins(false);
  floods.enter([tea, flood]);
  taken();
  for (let n = 0; n < 60; n++) floods.heard(flood, 50);
  floods.heard(tea, 1_200);
  floods.ended(loud(), "fault");
  floods.begins(false);
  floods.enter([tea, flood]);
  expect(taken()).toEqual([tea, flood]);
  floods.settled(flood);
  floods.ended(loud(), "fault");
  floods.begins(false);
  expect(blocked).toEqual([flood]);
});

it("blames no room for a session that ended while all were in and calm", () => {
  const { floods, taken, blocked } = make();
  for (let session = 0; session < 5; session++) {
    floods.begins(false);
    floods.enter([tea, hall]);
    floods.heard(tea, 9);
    expect(taken()).toEqual([tea, hall]);
    floods.ended(loud(), "fault");
  }
  expect(blocked).toEqual([]);
});

it("suspects the rooms that were joining or loud in a reset session, and tries the blocked one after a rest", () => {
  const { floods, session, blocked, rested, taken } = make();
  floods.begins(false);
  floods.enter([hall, flood]);
  floods.settled(hall);
  floods.heard(flood, 60);
  floods.ended(loud(), "reset");
  taken();
  expect(session([hall, flood], [flood])).toEqual([hall, flood]);
  floods.begins(false);
  expect([blocked, floods.isBlocked(flood)]).toEqual([[flood], true]);
  vi.advanceTimersByTime(10 * 60_000);
  expect([rested, floods.isBlocked(flood)]).toEqual([[flood], false]);
  // It happens again: the rest is twice as long.
  floods.begins(false);
  floods.enter([flood]);
  floods.ended(loud(flood), "reset");
  floods.begins(false);
  expect([taken(), blocked]).toEqual([[flood], [flood, flood]]);
  vi.advanceTimersByTime(19 * 60_000);
  expect(rested).toEqual([flood]);
  vi.advanceTimersByTime(60_000);
  expect(rested).toEqual([flood, flood]);
});

it("blames no room for a lost connection, also not the one on trial", () => {
  const { floods, session, blocked } = make();
  expect(session([tea, flood], [tea, flood], "lost")).toEqual([tea, flood]);
  expect(session([tea, flood], [flood], "fault")).toEqual([tea, flood]);
  expect(session([tea, flood], [flood], "lost")).toEqual([tea, flood]);
  expect(session([tea, flood], [flood], "lost")).toEqual([tea, flood]);
  floods.begins(false);
  expect(blocked).toEqual([]);
});

it("blames no room for a session that is resumed, which its server cannot have ended", () => {
  const { floods, taken, blocked } = make();
  floods.begins(false);
  floods.enter([hall, flood]);
  floods.ended(loud(hall, flood), "fault");
  floods.begins(false);
  floods.enter([hall, flood]);
  expect(taken()).toEqual([hall, flood, hall]);
  floods.settled(hall);
  for (let n = 0; n < 5; n++) {
    floods.ended(loud(), "reset");
    floods.begins(true);
  }
  expect(blocked).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(taken()).toEqual([flood]);
});

it("blames a room of which little was handled only for several resets in a row", () => {
  const { floods, blocked, taken } = make();
  const quiet = new Map([[flood, 49]]);
  function reset(): void {
    floods.begins(false);
    floods.enter([tea, flood]);
    floods.ended(quiet, "reset");
    taken();
  }
  for (let n = 0; n < 3; n++) reset();
  // It lets us in, and nothing happens: what was before does not count.
  floods.begins(false);
  floods.enter([tea, flood]);
  floods.settled(flood);
  vi.advanceTimersByTime(10_000);
  floods.ended(new Map(), "lost");
  for (let n = 0; n < 3; n++) reset();
  expect(blocked).toEqual([]);
  reset();
  floods.begins(false);
  expect(blocked).toEqual([flood]);
});

it("takes no reset of a long session for the fault of a room", () => {
  const { floods, blocked, taken } = make();
  for (let n = 0; n < 5; n++) {
    floods.begins(false);
    floods.enter([flood]);
    floods.heard(flood, 500);
    vi.advanceTimersByTime(61_000);
    floods.ended(loud(), "reset");
  }
  expect([taken().length, blocked]).toEqual([5, []]);
});

it("goes on with the other suspects when the user takes the one on trial upon themselves", () => {
  const { floods, taken, blocked } = make();
  floods.begins(false);
  floods.enter([hall, flood]);
  taken();
  floods.ended(loud(hall, flood), "fault");
  floods.begins(false);
  floods.enter([hall, flood]);
  expect(taken()).toEqual([hall]);
  floods.forgive(hall);
  expect(taken()).toEqual([flood]);
  floods.ended(loud(flood), "fault");
  floods.begins(false);
  expect(blocked).toEqual([flood]);
});
