import { expect, it } from "vitest";
import { createChance } from "./chance.ts";
import { checkpoints, checkpointsEncrypted } from "./core/core-wire.ts";
import { planFaults, type Kind } from "./plan.ts";

const all: Kind[] = [
  "cut",
  "half-close",
  "stall",
  "delay",
  "throttle",
  "break-after",
  "break-sign-in",
  "unreachable",
  "kill",
  "kill-at",
  "server-restart",
  "server-crash",
  "session-forgotten",
  "clock",
  "other-away",
];

it("planFaults depends on the seed alone", () => {
  expect(planFaults(7, 200)).toEqual(planFaults(7, 200));
  expect(planFaults(7, 200)).not.toEqual(planFaults(8, 200));
});

it("planFaults returns the requested number of faults, with every kind and every checkpoint at least twice", () => {
  for (const count of [200, 5_000]) {
    for (const seed of [1, 2, 3]) {
      const faults = planFaults(seed, count);
      expect(faults).toHaveLength(count);
      const kinds = new Set(faults.map(({ kind }) => kind));
      expect(kinds).toEqual(new Set(all));
      for (const at of checkpoints) {
        expect(faults.filter((fault) => fault.kind === "kill-at" && fault.at === at).length, at).toBeGreaterThanOrEqual(
          2,
        );
      }
    }
  }
});

it("planFaults for an encrypted chat kills both sides at every checkpoint, including decryption, and spreads the other faults over both", () => {
  for (const seed of [1, 2, 3]) {
    const faults = planFaults(seed, 60, true);
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(all));
    for (const victim of ["one", "peer"]) {
      const own = faults.filter((fault) => fault.victim === victim);
      const deaths = own.flatMap((fault) => (fault.kind === "kill-at" ? [fault.at] : []));
      expect(new Set(deaths), victim).toEqual(new Set(checkpointsEncrypted));
      const kinds = own.map(({ kind }) => kind);
      for (const kind of ["cut", "kill", "stall", "break-after", "break-sign-in", "session-forgotten"])
        expect(kinds, victim).toContain(kind);
    }
  }
  expect(
    planFaults(1, 100).every(
      (fault) => fault.victim === "one" && !(fault.kind === "kill-at" && fault.at === "decrypted"),
    ),
  ).toBe(true);
});

it("between() reaches both ends, and shuffle() keeps all elements", () => {
  const chance = createChance(42);
  const drawn = new Set(Array.from({ length: 500 }, () => chance.between(3, 6)));
  expect(drawn).toEqual(new Set([3, 4, 5, 6]));
  expect(chance.shuffle([1, 2, 3, 4, 5]).toSorted()).toEqual([1, 2, 3, 4, 5]);
});
