import xml, { type Element } from "@xmpp/xml";
import { expect, it } from "vitest";
import type { BareJid, FullJid } from "../../../../shared/jid.ts";
import { writerSchema } from "../../../../shared/model/room.ts";
import { readGroupchat, type RoomContext } from "../context.ts";
import { occupantIdIn } from "./occupant-id.ts";
import { readPresence } from "../presence.ts";

const room = "tea@rooms.example.org" as BareJid;
const withId = (name: string, id: string): Element =>
  xml(
    name,
    { from: `${room}/Bob`, type: "groupchat" },
    xml("body", {}, "hello"),
    xml("occupant-id", { xmlns: "urn:xmpp:occupant-id:0", id }),
  );
const place: RoomContext = {
  room,
  nickname: "Alice",
  ownOccupantId: null,
  account: "alice@example.org" as BareJid,
  hasOccupantIds: true,
  hasStanzaIds: false,
  occupant: () => null,
  nonAnonymous: false,
  historyFrom: null,
};

it("accepts an occupant id of 256 characters", () => {
  expect(occupantIdIn(withId("message", "x".repeat(256)))).toHaveLength(256);
});

it("drops a longer occupant id instead of truncating it, in messages and in presence", () => {
  const tooLong = "x".repeat(257);
  const occupant = readGroupchat(withId("message", tooLong), place, null)!.author.occupant!;
  expect(occupant.occupantId).toBeNull();
  expect(writerSchema.safeParse(occupant).success).toBe(true);
  expect(readPresence(withId("presence", tooLong), `${room}/Bob` as FullJid, true).occupant.occupantId).toBeNull();
});
