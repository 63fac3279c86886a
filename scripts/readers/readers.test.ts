/** Checks that every exported function is on a list of readers, and that the measurement detects quadratic time. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { exportedReaders } from "./exported.ts";
import { STANZAS } from "./stanzas.ts";
import { TEXTS } from "./texts.ts";
import { UNFOREIGN } from "./unforeign.ts";
import { growth, MOST_GROWTH, SIZES, type Case } from "./worst.ts";

it("every exported function is listed with its worst input, or with the reason why no untrusted text reaches it", () => {
  const exported = exportedReaders(join(import.meta.dirname, "../.."));
  const excused = Object.values(UNFOREIGN).flat();
  const read = [...Object.keys(TEXTS), ...Object.keys(STANZAS)];
  expect(exported.filter((one) => !read.includes(one) && !excused.includes(one))).toEqual([]);
  expect(excused.filter((one) => !exported.includes(one) || read.includes(one))).toEqual([]);
});

it("growth detects quadratic time", async () => {
  const quadratic: Case = {
    what: "each character with each other one, in steps of sixteen",
    prepare: (size) => () => {
      let steps = 0;
      for (let one = 0; one < size; one += 16) for (let other = 0; other < size; other += 16) steps += one ^ other;
      return steps;
    },
  };
  expect(SIZES.at(-1)).toBe(4 * SIZES.at(-2)!);
  // On a machine that others use one measurement may be too small.
  let found = 0;
  for (let times = 0; times < 5 && found <= MOST_GROWTH; times++) found = await growth(quadratic);
  expect(found).toBeGreaterThan(MOST_GROWTH);
});
