import xml, { type Element } from "@xmpp/xml";
import { expect, it } from "vitest";
import { targetsPassing } from "./passing.ts";

const message = (type: string, ...children: Element[]): Element => xml("message", { type, id: "1" }, ...children);
const body = (): Element => xml("body", {}, "hello");

it("targetsPassing tells what a stanza is, as element and as text", () => {
  const muc = xml("x", { xmlns: "http://jabber.org/protocol/muc#user" });
  const cases: [Element, string[]][] = [
    [message("chat", body()), ["contact text"]],
    [message("chat", body(), muc), ["private text"]],
    [message("groupchat", xml("encrypted", { xmlns: "eu.siacs.conversations.axolotl" })), ["room text"]],
    [
      message("groupchat", body(), xml("replace", { xmlns: "urn:xmpp:message-correct:0", id: "0" })),
      ["room correction"],
    ],
    [message("chat", xml("retract", { xmlns: "urn:xmpp:message-retract:1", id: "0" }), body()), ["contact retraction"]],
    [message("groupchat", xml("reactions", { xmlns: "urn:xmpp:reactions:0", id: "0" })), ["room reaction"]],
    [message("chat", xml("received", { xmlns: "urn:xmpp:receipts", id: "0" })), []],
    [message("chat", xml("result", { xmlns: "urn:xmpp:mam:2" }, body())), []],
    [xml("presence"), []],
  ];
  for (const [stanza, expected] of cases) {
    expect(targetsPassing([stanza])).toEqual(expected);
    expect(targetsPassing([String(stanza), String(stanza)])).toEqual([...expected, ...expected]);
  }
  expect(targetsPassing([])).toEqual([]);
});

it("targetsPassing tells what the core takes in and queues", () => {
  const of = (kind: "contact" | "room" | "private", payload: { kind: string; replaces?: string }) =>
    targetsPassing({ conversation: { kind }, payload });
  expect(of("room", { kind: "text" })).toEqual(["room text"]);
  expect(of("contact", { kind: "text", replaces: "1" })).toEqual(["contact correction"]);
  expect(of("contact", { kind: "correction" })).toEqual(["contact correction"]);
  expect(of("private", { kind: "reaction" })).toEqual(["private reaction"]);
  expect(of("room", { kind: "tombstone" })).toEqual([]);
});
