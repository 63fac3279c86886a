import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { createRetries } from "./retries.ts";

const tea = "tea@rooms.example" as BareJid;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function make() {
  const entered: BareJid[] = [];
  const retries = createRetries(
    (room) => entered.push(room),
    () => 0,
  );
  /** @returns the wait until the room is joined again, in s; null: not within an hour */
  function waits(): number | null {
    const before = entered.length;
    for (let s = 1; s <= 3_600; s++) {
      vi.advanceTimersByTime(1_000);
      if (entered.length > before) return s;
    }
    return null;
  }
  return { retries, waits };
}

it("asks a dead room service less and less often, up to every ten minutes", () => {
  const { retries, waits } = make();
  const seen = Array.from({ length: 10 }, () => {
    retries.out(tea, "no-server");
    return waits();
  });
  expect(seen).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
});

it("does not join again after a permanent refusal", () => {
  const { retries, waits } = make();
  retries.out(tea, "timeout");
  retries.out(tea, "banned");
  expect(waits()).toBeNull();
});

it("also increases the wait for a room that admits us and removes us at once", () => {
  const { retries, waits } = make();
  for (const wait of [5, 10, 20]) {
    retries.out(tea, "lost");
    expect(waits()).toBe(wait);
    retries.joined(tea);
    vi.advanceTimersByTime(1_000);
  }
  vi.advanceTimersByTime(60_000);
  retries.out(tea, "lost");
  expect(waits()).toBe(5);
});

it("starts with the shortest wait after the user has joined the room", () => {
  const { retries, waits } = make();
  retries.out(tea, "lost");
  waits();
  retries.out(tea, "lost");
  retries.reset(tea);
  expect(waits()).toBeNull();
  retries.out(tea, "lost");
  expect(waits()).toBe(5);
});
