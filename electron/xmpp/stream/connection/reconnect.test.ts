import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff, Pause } from "./reconnect.ts";

describe("backoff", () => {
  it("waits longer after each failure, up to two minutes", () => {
    const longest = Array.from({ length: 12 }, (_, at) => backoff(at + 1, () => 0.999_999_9));
    expect(longest.slice(0, 7)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000]);
    expect(Math.max(...longest)).toBe(120_000);
    expect(backoff(1e9, () => 0)).toBe(60_000);
  });

  it("spreads the clients of a server that restarts", () => {
    expect(backoff(3, () => 0)).toBe(4_000);
    expect(backoff(3, () => 0.5)).toBe(6_000);
  });
});

describe("Pause", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("ends after its time, or early when cut short", async () => {
    const pause = new Pause();
    const waited = pause.wait(1_000);
    vi.advanceTimersByTime(1_000);
    expect(await waited).toBe(false);
    const cut = pause.wait(1e6);
    pause.cut();
    expect(await cut).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    pause.cut();
  });
});
