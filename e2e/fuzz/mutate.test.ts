import { describe, expect, it } from "vitest";
import { createChance } from "../faults/chance.ts";
import { createMutator } from "./mutate.ts";
import { createFiller, PEOPLE } from "./names.ts";
import { shrink } from "./shrink.ts";
import { readSummary, summary, total } from "./sum.ts";
import { everything, unasked, vocabulary } from "./templates/index.ts";
import { attribute, copyOf, elementsOf, textOf, treeOf } from "./tree.ts";

const SEED = 7;

function changed(count: number): string[] {
  const chance = createChance(SEED);
  const filler = createFiller(chance);
  const mutator = createMutator(chance, { vocabulary, people: PEOPLE, others: everything });
  return Array.from({ length: count }, () => textOf(mutator.mutate(copyOf(chance.pick(unasked), filler()))));
}

describe("createMutator", () => {
  it("mutated stanzas are well-formed stanzas of jabber:client", () => {
    for (const text of changed(500)) {
      expect(text).toMatch(/^<(message|presence|iq)[ />]/);
      expect(attribute(treeOf(text), "xmlns")).toBeUndefined();
    }
  });

  it("mutated stanzas differ from each other and contain names of Object.prototype", () => {
    const texts = changed(500);
    expect(new Set(texts).size).toBeGreaterThan(490);
    expect(texts.filter((text) => text.includes("__proto__")).length).toBeGreaterThan(10);
  });
});

it("textOf and treeOf round-trip, also for thousands of levels", () => {
  const text = `<message a="&quot;&lt;">one<b/>${"<c>".repeat(150)}${"</c>".repeat(150)}</message>`;
  expect(textOf(treeOf(textOf(treeOf(text))))).toBe(textOf(treeOf(text)));
  let deep = treeOf("<b/>");
  for (let level = 0; level < 20_000; level++) deep = { name: "b", attributes: [], children: [deep] };
  expect(textOf(deep)).toHaveLength(7 * 20_000 + 4);
});

it("shrink reduces a stanza to the smallest one that still fails", async () => {
  const text = "<message from='a' to='b'><x y='1'/><body>long text with a fault in it</body><z><fault/></z></message>";
  const smallest = await shrink(text, async (smaller) =>
    elementsOf(treeOf(smaller)).some(({ name }) => name === "fault"),
  );
  expect(smallest).toBe("<message><z><fault/></z></message>");
});

it("readSummary reads what summary writes, and total adds up the sums of several processes", () => {
  const sum = { stanzas: 5, counts: { stopped: 1, uncaught: 2, uncloneable: 3 }, slowest: 4 };
  expect(readSummary(summary(sum))).toEqual(sum);
  expect(readSummary("stanzas many")).toBeNull();
  expect(total([sum, sum, null])).toEqual({
    stanzas: 10,
    counts: { stopped: 3, uncaught: 4, uncloneable: 6 },
    slowest: 4,
  });
});
