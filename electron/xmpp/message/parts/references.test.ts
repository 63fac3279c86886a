import { expect, it } from "vitest";
import type { BodyRange } from "../../../model/payload.ts";
import type { Jid } from "../../../../shared/jid.ts";
import { stanza } from "../../testing/feature.ts";
import { mentions } from "./references.ts";

const us = ["alice@example.org", "tea@rooms.example.org/Älice B"] as Jid[];
const reference = (attrs: string) => `<reference xmlns='urn:xmpp:reference:0' ${attrs}/>`;
const of = (inner: string, fallback: BodyRange[] = []) =>
  mentions(stanza(`<message><body>hi</body>${inner}</message>`), us, fallback);

it.each([
  [true, "type='mention' uri='xmpp:alice@example.org' begin='0' end='2'"],
  [true, "type='mention' uri='XMPP:Alice@Example.ORG'"],
  [true, "type='mention' uri='xmpp:tea@rooms.example.org/%C3%84lice%20B'"],
  [false, "type='mention' uri='xmpp:alice@example.org/phone'"],
  [false, "type='mention' uri='xmpp:bob@example.org'"],
  [false, "type='mention' uri='alice@example.org'"],
  [false, "type='mention' uri='xmpp:tea@rooms.example.org/other'"],
  [false, "type='data' uri='xmpp:alice@example.org'"],
  [false, "type='mention' uri='xmpp:alice@example.org' anchor='xmpp:tea@rooms.example.org?;item=1'"],
  [false, "type='mention'"],
  [false, "type='mention' uri='xmpp:%ZZ'"],
])("decides whether a mention is for us: %s, <reference %s/>", (expected, attrs) =>
  expect(of(reference(attrs))).toBe(expected),
);

it("is none in what its author quotes", () => {
  const quoted = reference("type='mention' uri='xmpp:alice@example.org' begin='2' end='7'");
  expect(of(quoted, [{ start: 0, end: 7 }])).toBe(false);
  expect(of(quoted, [{ start: 0, end: 6 }])).toBe(true);
  expect(of(reference("type='mention' uri='xmpp:alice@example.org'"), [{ start: 0, end: 7 }])).toBe(true);
});

it("is found among several, only in its own namespace, and not after the limit", () => {
  const ours = reference("type='mention' uri='xmpp:alice@example.org'");
  const other = reference("type='mention' uri='xmpp:bob@example.org'");
  expect(of(other + ours)).toBe(true);
  expect(of("<reference xmlns='urn:example' type='mention' uri='xmpp:alice@example.org'/>")).toBe(false);
  expect(of(other.repeat(100) + ours)).toBe(false);
});
