import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createInputClock } from "./input-clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("stands still while we do not read, however often that is said", () => {
  const clock = createInputClock();
  const begin = clock.now();
  const passed = (ms: number): number => {
    vi.advanceTimersByTime(ms);
    return clock.now() - begin;
  };
  expect(passed(10)).toBe(10);
  clock.pause();
  expect(passed(1_000)).toBe(10);
  clock.pause();
  expect(passed(1_000)).toBe(10);
  clock.resume();
  clock.resume();
  expect(passed(5)).toBe(15);
  clock.pause();
  clock.resume();
  expect(passed(5)).toBe(20);
});
