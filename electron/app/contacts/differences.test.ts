import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createDifferences } from "./differences.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Entry {
  id: string;
  text?: string;
}

function make() {
  const told: [Entry[], Entry[]][] = [];
  return {
    told,
    list: createDifferences<Entry, Entry>(
      ({ id }) => id,
      (changed, removed) => void told.push([changed, removed]),
    ),
  };
}

it("publishes the first change at once and 4,000 further ones once a second, each entry once with its latest state", () => {
  const { told, list } = make();
  list.put({ id: "a" });
  expect(told).toEqual([[[{ id: "a" }], []]]);
  for (let n = 0; n < 4_000; n++) list.put({ id: String(n % 20), text: String(n) });
  list.remove({ id: "0" });
  vi.advanceTimersByTime(999);
  expect(told).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(told).toHaveLength(2);
  expect(told[1]![0].map(({ id, text }) => [id, text])).toEqual(
    Array.from({ length: 19 }, (_, n) => [String(n + 1), String(3_981 + n)]),
  );
  expect(told[1]![1]).toEqual([{ id: "0" }]);
  vi.advanceTimersByTime(10_000);
  expect(told).toHaveLength(2);
});

it("publishes an entry that was removed and added again only as changed", () => {
  const { told, list } = make();
  list.put({ id: "first" });
  list.remove({ id: "a" });
  list.put({ id: "a", text: "again" });
  vi.advanceTimersByTime(1_000);
  expect(told[1]).toEqual([[{ id: "a", text: "again" }], []]);
});

it("publishes changes by the user without delay", () => {
  const { told, list } = make();
  list.put({ id: "a" });
  list.remove({ id: "a" });
  list.flush();
  expect(told).toEqual([
    [[{ id: "a" }], []],
    [[], [{ id: "a" }]],
  ]);
  list.flush();
  expect(told).toHaveLength(2);
});
