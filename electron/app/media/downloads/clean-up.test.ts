import { expect, it } from "vitest";
import { rulesOf } from "./clean-up.ts";

const NOW = 1_800_000_000_000;

it("copies of files are removed by age and by size, and by neither unless the user wishes it", () => {
  expect(rulesOf({ keepFilesDays: 0, keepFilesLargest: 0, keepFilesStarred: true }, NOW)).toEqual([]);
  expect(rulesOf({ keepFilesDays: 30, keepFilesLargest: 100, keepFilesStarred: true }, NOW)).toEqual([
    { before: NOW - 30 * 86_400_000, starred: false },
    { larger: 100_000_000, starred: false },
  ]);
  expect(rulesOf({ keepFilesDays: 0, keepFilesLargest: 25, keepFilesStarred: false }, NOW)).toEqual([
    { larger: 25_000_000, starred: true },
  ]);
});
