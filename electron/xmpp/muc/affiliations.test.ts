import { expect, it } from "vitest";
import { stanza } from "../testing/feature.ts";
import { readAffiliation } from "./affiliations.ts";

const room = "tea@rooms.example.org";
const item = "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' jid='bob@example.org/x'/></x>";
const read = (inner: string, from = room, more = "") =>
  readAffiliation(stanza(`<message from='${from}' ${more}>${inner}</message>`));

it("reads the new affiliation of a person who is not in the room", () => {
  expect(read(item)).toEqual({ jid: "bob@example.org", affiliation: "member" });
  expect(read(item.replace("member", "none"))).toEqual({ jid: "bob@example.org", affiliation: "none" });
});

it("accepts an affiliation only from the room itself, and only for a person", () => {
  expect(read(item, `${room}/Bob`)).toBeNull();
  expect(read(item, room, "type='error'")).toBeNull();
  expect(read(`<body>x</body>${item}`)).toBeNull();
  expect(read(item.replace("member", "king"))).toBeNull();
  expect(read("<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member'/></x>")).toBeNull();
  expect(read("")).toBeNull();
});
