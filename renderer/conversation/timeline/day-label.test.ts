// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { formatsOf } from "../../i18n/format.ts";
import { setLanguage, t } from "../../i18n/index.ts";
import { dayLabel, listTime } from "./day-label.ts";

const now = new Date(2026, 10, 20, 0, 30).getTime(); // a Friday, just after midnight
const at = (days: number, hour = 12): number => new Date(2026, 10, 20 + days, hour).getTime();

describe("the label of a day", () => {
  it.each([
    [at(0, 0), "Today"],
    [at(0, 23), "Today"],
    [at(-1, 23), "Yesterday"],
    [at(-1, 0), "Yesterday"],
    [at(-2), "Wednesday"],
    [at(-6), "Saturday"],
  ])("%#: counts calendar days, not hours", (time, expected) => {
    setLanguage("en");
    expect(dayLabel(time, now, t, formatsOf("en"))).toBe(expected);
  });
  it("is the date from a week on, and for days in the future", () => {
    expect(dayLabel(at(-7), now, t, formatsOf("en"))).toMatch(/2026/);
    expect(dayLabel(at(1), now, t, formatsOf("en"))).toMatch(/21/);
  });
  it("is German in German", () => {
    setLanguage("de");
    expect(dayLabel(at(0), now, t, formatsOf("de"))).toBe("Heute");
    expect(dayLabel(at(-2), now, t, formatsOf("de"))).toBe("Mittwoch");
    setLanguage("en");
  });
});

it("is the time in the chat list only for today", () => {
  expect(listTime(at(0, 14), now, t, formatsOf("de"))).toBe("14:00");
  expect(listTime(at(-1), now, t, formatsOf("en"))).toBe("Yesterday");
  expect(listTime(at(-30), now, t, formatsOf("de"))).toBe("21.10.26");
});
