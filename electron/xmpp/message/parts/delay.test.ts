import { expect, it } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { delayedAt, readStamp } from "./delay.ts";
import { stanza } from "../../testing/feature.ts";

const server = "example.org" as BareJid;
const delay = (from: string, stamp: string): string =>
  `<delay xmlns='urn:xmpp:delay' from='${from}' stamp='${stamp}'/>`;
const read = (inner: string, by: BareJid[] = [server]) => delayedAt(stanza(`<message>${inner}</message>`), by);
const at = Date.UTC(2020, 0, 2, 3, 4, 5);

it("a stamp is a date and time with a zone (XEP-0082 §3.2), from 1970 on", () => {
  for (const text of ["2020-01-02T03:04:05Z", "2020-01-02T03:04:05.000000Z", "2020-01-02T05:04:05+02:00"])
    expect(readStamp(text)).toBe(at);
  const others = [
    undefined,
    null,
    1,
    "",
    "yesterday",
    "1",
    "2020",
    "2020-01-02",
    "2020-01-02T03:04:05",
    "-000001-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
  ];
  for (const text of [...others, "2020-13-01T00:00:00Z", `2020-01-02T03:04:05.${"0".repeat(1_000)}Z`])
    expect(readStamp(text)).toBeNull();
});

it("counts a delay only from the requested exact address", () => {
  expect(read(delay("example.org", "2020-01-02T03:04:05Z"))).toBe(at);
  for (const from of ["example.net", "alice@example.org", "example.org/x", "", "@@"])
    expect(read(delay(from, "2020-01-02T03:04:05Z"))).toBeNull();
  expect(read("<delay xmlns='urn:xmpp:delay' stamp='2020-01-02T03:04:05Z'/>")).toBeNull();
});

it("takes the last of several delays, because an entity that holds a stanza back appends its own", () => {
  expect(
    read(
      delay("example.org", "2001-01-01T00:00:00Z") +
        delay("example.org", "2020-01-02T03:04:05Z") +
        delay("mallory.example", "2002-01-01T00:00:00Z"),
    ),
  ).toBe(at);
});

it("takes a time in the future for now", () => {
  const before = Date.now();
  const future = read(delay("example.org", "9999-01-01T00:00:00Z"))!;
  expect(future).toBeGreaterThanOrEqual(before);
  expect(future).toBeLessThanOrEqual(Date.now());
});
