import { expect, test } from "vitest";
import { HotSessions } from "./hot-sessions.ts";
import type { Session, SessionRecord } from "./session.ts";
import { SkippedKeys } from "./skipped.ts";

const record = (keys: number): SessionRecord => [
  { receiving: [{ skipped: SkippedKeys.none.followedBy(0, new Uint8Array(keys * 32)) }] } as unknown as Session,
];

test("keeps the sessions used last, up to a maximum number", () => {
  const hot = new HotSessions();
  for (let at = 0; at < 500; at++) hot.put(`${at}`, record(0));
  expect(hot.get("0")).toBeDefined();
  hot.put("one more", record(0));
  expect([hot.get("0"), hot.get("one more")].every((one) => one !== undefined)).toBe(true);
  expect(hot.get("1")).toBeUndefined();
});

test("keeps sessions up to a maximum weight, and frees the weight of a dropped one", () => {
  const hot = new HotSessions();
  const kept = () => Array.from({ length: 100 }, (_, at) => hot.get(`${at}`)).filter((one) => one !== undefined).length;
  for (let at = 0; at < 100; at++) hot.put(`${at}`, record(25_000));
  expect(kept()).toBe(20);
  for (let at = 0; at < 100; at++) hot.forget(`${at}`);
  expect(kept()).toBe(0);
  for (let at = 0; at < 100; at++) hot.put(`${at}`, record(10));
  for (let at = 0; at < 100; at++) hot.put(`${at}`, record(10));
  expect(kept()).toBe(100);
});
