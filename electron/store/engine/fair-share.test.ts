import { describe, expect, it } from "vitest";
import { fairShare } from "./fair-share.ts";

type Entry = [domain: string, number: number];
const ownersOf = ([domain]: Entry): string[] => (domain === "friends.example" ? [] : [domain]);
const share = (held: readonly Entry[], newcomer?: Entry) => fairShare(held, ownersOf, newcomer);
const many = (domain: string, count: number, from = 0): Entry[] =>
  Array.from({ length: count }, (_, n) => [domain, from + n]);
const domains = (count: number, each: number): Entry[] =>
  Array.from({ length: count }, (_, n) => many(`d${n}.example`, each)).flat();

describe("a list that strangers fill", () => {
  it("keeps the first 20 of a domain, and turns the next away", () => {
    let held: Entry[] = [];
    for (const one of many("evil.example", 4_000)) held = share(held, one).kept;
    expect(held).toEqual(many("evil.example", 20));
    expect(share(held, ["good.example", 1])).toEqual({ kept: [...held, ["good.example", 1]], gone: [] });
  });

  it("keeps 200, and what is there stays there whatever comes", () => {
    const held = domains(200, 1);
    expect(share(held, ["another.example", 1])).toEqual({ kept: held, gone: [] });
    expect(share(held, ["d0.example", 1]).kept).toEqual(held);
  });

  it("has a place for a person of a small domain though ten domains have filled it: the newest of the largest goes", () => {
    const held = [...domains(9, 20), ...many("evil.example", 20)];
    const { kept, gone } = share(held, ["good.example", 1]);
    expect(gone).toEqual([["evil.example", 19]]);
    expect(kept).toHaveLength(200);
    expect(kept.at(-1)).toEqual(["good.example", 1]);
  });

  it("never gives up, or turns away, what is no stranger's", () => {
    const held = [...many("friends.example", 300), ...domains(200, 1)];
    const { kept, gone } = share(held, ["friends.example", 300]);
    expect([kept.length, gone]).toEqual([501, []]);
  });

  it("comes down to its bounds where an older version has kept more", () => {
    const held = [...many("evil.example", 4_000), ...many("good.example", 2)];
    const { kept, gone } = share(held);
    expect(kept).toEqual([...many("evil.example", 20), ...many("good.example", 2)]);
    expect(gone).toHaveLength(3_980);
  });
});
