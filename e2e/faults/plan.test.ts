import { expect, it } from "vitest";
import { createChance } from "./chance.ts";
import { checkpoints } from "./core-wire.ts";
import { planFaults, type Kind } from "./plan.ts";

it("follows from the seed alone", () => {
  expect(planFaults(7, 200)).toEqual(planFaults(7, 200));
  expect(planFaults(7, 200)).not.toEqual(planFaults(8, 200));
});

it("has as many faults as were asked for, of every kind, and every checkpoint at least twice", () => {
  for (const count of [200, 5_000]) {
    for (const seed of [1, 2, 3]) {
      const faults = planFaults(seed, count);
      expect(faults).toHaveLength(count);
      const kinds = new Set(faults.map(({ kind }) => kind));
      const all: Kind[] = ["cut", "half-close", "stall", "delay", "throttle", "break-after", "break-sign-in", "unreachable", "kill", "kill-at", "server-restart", "server-crash", "session-forgotten", "clock", "other-away"];
      expect(kinds).toEqual(new Set(all));
      for (const at of checkpoints) {
        expect(faults.filter((fault) => fault.kind === "kill-at" && fault.at === at).length, at).toBeGreaterThanOrEqual(2);
      }
    }
  }
});

it("draws evenly enough to reach both ends", () => {
  const chance = createChance(42);
  const drawn = new Set(Array.from({ length: 500 }, () => chance.between(3, 6)));
  expect(drawn).toEqual(new Set([3, 4, 5, 6]));
  expect(chance.shuffle([1, 2, 3, 4, 5]).toSorted()).toEqual([1, 2, 3, 4, 5]);
});
