import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge, numberIn, textOf } from "./judge.ts";

/** The numbers from 1 on. */
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const clean = { lost: [], doubled: [], misordered: [], unknown: [] };

describe("judge", () => {
  it("judge finds no fault when every number is there once and in order", () => {
    expect(judge(upTo(4), [1, 2, 3, 4])).toEqual(clean);
    expect(judge(upTo(0), [])).toEqual(clean);
  });
  it("judge finds lost numbers, in the middle and at the ends", () => {
    expect(judge(upTo(5), [2, 4])).toEqual({ ...clean, lost: [1, 3, 5] });
  });
  it("judge finds each extra copy and does not count it as misordered", () => {
    expect(judge(upTo(3), [1, 2, 2, 3, 1, 2])).toEqual({ ...clean, doubled: [2, 1, 2] });
  });
  it("judge names only the number that is out of place, not all after it", () => {
    expect(judge(upTo(5), [1, 5, 2, 3, 4])).toEqual({ ...clean, misordered: [5] });
    expect(judge(upTo(5), [2, 3, 4, 5, 1])).toEqual({ ...clean, misordered: [1] });
    expect(judge(upTo(4), [1, 3, 2, 4]).misordered).toHaveLength(1);
  });
  it("judge reports numbers that nobody sent", () => {
    expect(judge(upTo(2), [1, 2, 3, 0])).toEqual({ ...clean, unknown: [3, 0] });
  });
  it("judge finds any number that is removed, duplicated or moved", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 60 }), fc.nat(), fc.nat(), (sent, a, b) => {
        const numbers = upTo(sent);
        const [at, to] = [a % sent, b % sent];
        const number = numbers[at]!;
        expect(judge(upTo(sent), numbers.toSpliced(at, 1))).toEqual({ ...clean, lost: [number] });
        expect(judge(upTo(sent), numbers.toSpliced(to, 0, number)).doubled).toEqual([number]);
        const moved = judge(upTo(sent), numbers.toSpliced(at, 1).toSpliced(to, 0, number));
        expect(moved.misordered).toHaveLength(at === to ? 0 : 1);
        expect([...moved.lost, ...moved.doubled]).toEqual([]);
      }),
    );
  });
});

describe("numbered texts", () => {
  it("numberIn reads what textOf writes, also large texts", () => {
    for (const number of [1, 10, 11, 4711])
      expect(numberIn(textOf("two", number))).toEqual({ sender: "two", number, version: 0 });
    expect(numberIn(textOf("one", 22, 3))).toEqual({ sender: "one", number: 22, version: 3 });
    expect(textOf("one", 11).length).toBeGreaterThan(300);
  });
  it("numberIn refuses a truncated or any other text", () => {
    for (const text of [
      "one",
      "one 11",
      "one 1 and more",
      "one 1, version 0",
      "three 1",
      "",
      textOf("one", 22).slice(0, -1),
    ])
      expect(numberIn(text)).toBeNull();
  });
});
