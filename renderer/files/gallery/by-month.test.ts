import { expect, it } from "vitest";
import { byMonth } from "./by-month.ts";

const at = (text: string) => ({ sentAt: new Date(`${text}T12:00:00`).getTime() });

it("the gallery begins a row with each month, and knows the place of each row", () => {
  const items = ["2026-11-30", "2026-11-02", "2026-11-01", "2026-10-31", "2025-10-31"].map(at);
  const rows = byMonth(items, 2);
  expect(rows.map((row) => (row.kind === "month" ? "month" : [row.from, row.items.length]))).toEqual([
    "month",
    [0, 2],
    [2, 1],
    "month",
    [3, 1],
    "month",
    [4, 1],
  ]);
  expect(byMonth([], 3)).toEqual([]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
});
