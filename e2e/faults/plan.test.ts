import { expect, it } from "vitest";
import { createChance } from "./chance.ts";
import { checkpoints, checkpointsEncrypted } from "./core/core-wire.ts";
import { planFaults, type Kind } from "./plan.ts";
import type { Target } from "./writing/written.ts";

const targets: Target[] = [
  "contact text",
  "contact correction",
  "contact retraction",
  "contact reaction",
  "room text",
  "room correction",
  "room retraction",
  "room reaction",
  "private text",
];

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
  expect(planFaults(7, 200, targets)).toEqual(planFaults(7, 200, targets));
  expect(planFaults(7, 200, targets)).not.toEqual(planFaults(8, 200, targets));
});

it("planFaults returns the requested number of faults, with every kind and every checkpoint at least twice", () => {
  for (const count of [200, 5_000]) {
    for (const seed of [1, 2, 3]) {
      const faults = planFaults(seed, count, targets);
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

it("planFaults kills the process with every kind of message at every checkpoint, over a long run, and with every kind in a short one", () => {
  const deaths = (count: number, encrypted: boolean): string[] =>
    planFaults(1, count, targets, encrypted).flatMap((fault) =>
      fault.kind === "kill-at" ? [`${fault.at} ${fault.what}`] : [],
    );
  for (const at of checkpoints)
    for (const what of targets) expect(deaths(1_000, false), `${at} ${what}`).toContain(`${at} ${what}`);
  expect(new Set(deaths(200, false).map((one) => one.split(" ").slice(1).join(" ")))).toEqual(new Set(targets));
  expect(new Set(deaths(60, true).map((one) => one.split(" ").slice(1).join(" ")))).toEqual(new Set(targets));
  const decrypted = deaths(1_000, true).filter((one) => one.startsWith("decrypted "));
  expect(new Set(decrypted)).toEqual(
    new Set(["contact text", "contact correction", "room text", "room correction"].map((one) => `decrypted ${one}`)),
  );
});

it("planFaults for an encrypted chat kills both sides at every checkpoint, including decryption, and spreads the other faults over both", () => {
  for (const seed of [1, 2, 3]) {
    const faults = planFaults(seed, 60, targets, true);
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
    planFaults(1, 100, targets).every(
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
