/** Labels of days in a timeline and of times in the chat list. */
import { differenceInCalendarDays } from "date-fns";
import { useEffect, useState } from "react";
import type { Formats } from "../../i18n/format.ts";
import type { Text } from "../../i18n/index.ts";

/** Number of days that are labelled by weekday. */
const WEEK = 6;

/** "Today", "Yesterday", "Monday", then the date. A day in the future (a wrong clock) gets its date. */
export function dayLabel(at: number, now: number, t: Text, formats: Formats): string {
  const days = differenceInCalendarDays(now, at);
  if (days === 0) return t("chat.today");
  if (days === 1) return t("chat.yesterday");
  return days > 1 && days <= WEEK ? formats.weekday(at) : formats.longDate(at);
}

/** The time for today, "Yesterday", a weekday, then the date. */
export function listTime(at: number, now: number, t: Text, formats: Formats): string {
  const days = differenceInCalendarDays(now, at);
  if (days === 0) return formats.time(at);
  if (days === 1) return t("chat.yesterday");
  if (days > 1 && days <= WEEK) return formats.weekday(at);
  return formats.shortDate(at);
}

const untilMidnight = (now: number): number => new Date(now).setHours(24, 0, 0, 0) - now;

/** A time of today; changes at midnight, so that "Today" becomes "Yesterday". */
export function useToday(): number {
  const [today, setToday] = useState(Date.now);
  useEffect(() => {
    // A sleeping computer misses the timer, so returning to the window checks again.
    const look = () => setToday((before) => (differenceInCalendarDays(Date.now(), before) === 0 ? before : Date.now()));
    const timer = setTimeout(look, untilMidnight(Date.now()) + 50);
    window.addEventListener("focus", look);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("focus", look);
    };
  }, [today]);
  return today;
}
