import { expect, it } from "vitest";
import { stanza } from "../testing/feature.ts";
import { readAffiliation } from "./affiliations.ts";

const room = "tea@rooms.example.org";
const item = "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' jid='bob@example.org/x'/></x>";
const read = (inner: string, from = room, more = "") =>
  readAffiliation(stanza(`<message from='${from}' ${more}>${inner}</message>`));

it("tells what somebody became who is not there", () => {
  expect(read(item)).toEqual({ jid: "bob@example.org", affiliation: "member" });
  expect(read(item.replace("member", "none"))).toEqual({ jid: "bob@example.org", affiliation: "none" });
});

it("is said by the room alone, and of somebody", () => {
  expect(read(item, `${room}/Bob`)).toBeNull();
  expect(read(item, room, "type='error'")).toBeNull();
  expect(read(`<body>x</body>${item}`)).toBeNull();
  expect(read(item.replace("member", "king"))).toBeNull();
  expect(read("<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member'/></x>")).toBeNull();
  expect(read("")).toBeNull();
});
