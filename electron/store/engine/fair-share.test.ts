import { describe, expect, it } from "vitest";
import { fairShare } from "./fair-share.ts";

type Entry = [domain: string, number: number];
const ownersOf = ([domain]: Entry): string[] => (domain === "friends.example" ? [] : [domain]);
const share = (held: readonly Entry[], newcomer?: Entry) => fairShare(held, ownersOf, newcomer);
const many = (domain: string, count: number, from = 0): Entry[] =>
  Array.from({ length: count }, (_, n) => [domain, from + n]);
const domains = (count: number, each: number): Entry[] =>
  Array.from({ length: count }, (_, n) => many(`d${n}.example`, each)).flat();

describe("a list that strangers can fill", () => {
  it("keeps the first 20 of a domain, and rejects the next", () => {
    let held: Entry[] = [];
    for (const one of many("evil.example", 4_000)) held = share(held, one).kept;
    expect(held).toEqual(many("evil.example", 20));
    expect(share(held, ["good.example", 1])).toEqual({ kept: [...held, ["good.example", 1]], dropped: [] });
  });

  it("keeps 200 entries, and existing ones whatever is added", () => {
    const held = domains(200, 1);
    expect(share(held, ["another.example", 1])).toEqual({ kept: held, dropped: [] });
    expect(share(held, ["d0.example", 1]).kept).toEqual(held);
  });

  it("accepts an entry of a small domain when ten domains have filled it, dropping the newest of the largest", () => {
    const held = [...domains(9, 20), ...many("evil.example", 20)];
    const { kept, dropped } = share(held, ["good.example", 1]);
    expect(dropped).toEqual([["evil.example", 19]]);
    expect(kept).toHaveLength(200);
    expect(kept.at(-1)).toEqual(["good.example", 1]);
  });

  it("never drops or rejects an entry that is not a stranger's", () => {
    const held = [...many("friends.example", 300), ...domains(200, 1)];
    const { kept, dropped } = share(held, ["friends.example", 300]);
    expect([kept.length, dropped]).toEqual([501, []]);
  });

  it("shrinks to its limits if an older version has stored more", () => {
    const held = [...many("evil.example", 4_000), ...many("good.example", 2)];
    const { kept, dropped } = share(held);
    expect(kept).toEqual([...many("evil.example", 20), ...many("good.example", 2)]);
    expect(dropped).toHaveLength(3_980);
  });
});
