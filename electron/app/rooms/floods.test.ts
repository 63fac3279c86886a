import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { createFloods } from "./floods.ts";

const [tea, hall, flood] = ["tea@r.example", "hall@r.example", "flood@evil.example"] as BareJid[] as [
  BareJid,
  BareJid,
  BareJid,
];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function make() {
  const entered: BareJid[] = [];
  const blocked: BareJid[] = [];
  const floods = createFloods({ enter: (room) => entered.push(room), blocked: (room) => blocked.push(room) });
  return { entered, blocked, floods, taken: () => entered.splice(0) };
}

it("enters all rooms at once as long as none is suspected", () => {
  const { floods, taken } = make();
  floods.begins();
  floods.enter([tea, hall, flood]);
  expect(taken()).toEqual([tea, hall, flood]);
});

it("enters suspects one at a time, and blocks the one on trial when the session ends again", () => {
  const { floods, taken, blocked } = make();
  floods.begins();
  floods.enter([tea, hall, flood]);
  floods.settled(tea);
  taken();
  floods.ended([hall, flood], true);
  floods.begins();
  floods.enter([tea, hall, flood]);
  expect(taken()).toEqual([tea, hall]);
  floods.settled(hall);
  vi.advanceTimersByTime(9_000);
  expect(taken()).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(taken()).toEqual([flood]);
  floods.ended([flood], true);
  expect([blocked, floods.isBlocked(flood), floods.isBlocked(hall)]).toEqual([[flood], true, false]);
  // The other suspect was acquitted.
  floods.begins();
  floods.enter([tea, hall]);
  expect(taken()).toEqual([tea, hall]);
  floods.forgive(flood);
  expect(floods.isBlocked(flood)).toBe(false);
});

it("suspects the loudest room that we are in, when it is loud", () => {
  const { floods, taken, blocked } = make();
  floods.begins();
  floods.enter([tea, flood]);
  taken();
  for (let n = 0; n < 60; n++) floods.heard(flood, 50);
  floods.heard(tea, 1_200);
  floods.ended([], true);
  floods.begins();
  floods.enter([tea, flood]);
  expect(taken()).toEqual([tea, flood]);
  floods.settled(flood);
  floods.ended([], true);
  expect(blocked).toEqual([flood]);
});

it("blames no room for a session that ended while all were in and calm", () => {
  const { floods, taken, blocked } = make();
  for (let session = 0; session < 5; session++) {
    floods.begins();
    floods.enter([tea, hall]);
    floods.heard(tea, 9);
    expect(taken()).toEqual([tea, hall]);
    floods.ended([], true);
  }
  expect(blocked).toEqual([]);
});

it("suspects no room for a cut, but takes one in a trial for the same flood", () => {
  const { floods, taken, blocked } = make();
  floods.begins();
  floods.enter([tea, flood]);
  floods.ended([tea, flood], false);
  floods.begins();
  floods.enter([tea, flood]);
  expect(taken()).toEqual([tea, flood, tea, flood]);
  floods.ended([flood], true);
  floods.begins();
  floods.enter([tea, flood]);
  floods.ended([flood], false);
  expect(blocked).toEqual([flood]);
});

it("goes on with the other suspects when the user takes the one on trial upon themselves", () => {
  const { floods, taken, blocked } = make();
  floods.begins();
  floods.enter([hall, flood]);
  taken();
  floods.ended([hall, flood], true);
  floods.begins();
  floods.enter([hall, flood]);
  expect(taken()).toEqual([hall]);
  floods.forgive(hall);
  expect(taken()).toEqual([flood]);
  floods.ended([flood], true);
  expect(blocked).toEqual([flood]);
});
