/** The time until the next attempt, as a countdown. */
import { useEffect, useState } from "react";

/** Whole seconds from `now` until `at`, never negative. Both in milliseconds since 1970. */
export const secondsUntil = (at: number, now: number): number => Math.max(0, Math.ceil((at - now) / 1000));

/** The next update happens exactly when the number changes. */
export function useSecondsUntil(at: number): number {
  const [now, setNow] = useState(Date.now);
  const left = secondsUntil(at, now);
  useEffect(() => {
    if (left === 0) return;
    const untilChange = at - (left - 1) * 1000 - Date.now();
    const timer = setTimeout(() => setNow(Date.now()), Math.max(50, untilChange));
    return () => clearTimeout(timer);
  }, [at, left, now]);
  return left;
}
