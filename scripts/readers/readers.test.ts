/**
 * Every function that reads foreign text takes linear time: 64 kB and 256 kB of the worst are read, and the two times are
 * compared with one another. A new exported function must be put on one of the lists.
 */
import { join } from "node:path";
import { expect, it } from "vitest";
import { exportedReaders } from "./exported.ts";
import { STANZAS } from "./stanzas.ts";
import { TEXTS } from "./texts.ts";
import { UNFOREIGN } from "./unforeign.ts";
import { growth, MOST_GROWTH, SIZES, type Case } from "./worst.ts";

const READERS = { ...TEXTS, ...STANZAS };

it("knows of every exported function what its worst text is, or why no stranger's text gets there", () => {
  const excused = Object.values(UNFOREIGN).flat();
  const listed = [...Object.keys(READERS), ...excused];
  expect(listed.filter((one, at) => listed.indexOf(one) !== at)).toEqual([]);
  expect(exportedReaders(join(import.meta.dirname, "../..")).filter((one) => !listed.includes(one))).toEqual([]);
  expect(listed.filter((one) => !exportedReaders(join(import.meta.dirname, "../..")).includes(one))).toEqual([]);
});

it.each(Object.entries(READERS))("reads foreign text in linear time: %s", async (_name, cases) => {
  const slow: string[] = [];
  for (const one of cases()) {
    const grown = await growth(one);
    if (grown > MOST_GROWTH) slow.push(`${one.what}: ${Math.round(grown)} times`);
    if (slow.length > 3) break;
  }
  expect(slow).toEqual([]);
});

it("notices quadratic time", async () => {
  const quadratic: Case = { what: "", prepare: (size) => () => /\s+$/.test(`${" ".repeat(size)}a`) };
  expect(SIZES.at(-1)).toBe(4 * SIZES.at(-2)!);
  expect(await growth(quadratic)).toBeGreaterThan(MOST_GROWTH);
});
