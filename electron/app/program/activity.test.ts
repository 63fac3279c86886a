import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createActivity } from "./activity.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("reports absence some time after the window lost the focus, and activity at once", () => {
  const said: boolean[] = [];
  const activity = createActivity((active) => said.push(active));
  activity.set(false);
  vi.advanceTimersByTime(9_000);
  activity.set(true);
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([]);
  activity.set(false);
  activity.set(false);
  vi.advanceTimersByTime(11_000);
  expect(said).toEqual([false]);
  activity.set(true);
  expect(said).toEqual([false, true]);
});
