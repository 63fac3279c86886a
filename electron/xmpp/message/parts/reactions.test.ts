import { expect, it } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { readMessage, type Origin } from "../read.ts";
import { account, stanza } from "../../testing/feature.ts";
import { readGroupchat, type RoomContext } from "../../muc/context.ts";
import { reactionElements, reactionIn } from "./reactions.ts";

const rooms = { isRoom: () => false, occupant: () => ({ nickname: "", occupantId: null, jid: null }) };
const live: Origin = { account, via: "live", trustsStanzaIds: true, serverReceivedAt: null, rooms };
const message = (inner: string, attrs = "type='chat' id='c1' from='bob@example.net/phone'") =>
  stanza(`<message ${attrs}>${inner}</message>`);
const reactions = (inner: string, id = "id='m1'") =>
  `<reactions xmlns='urn:xmpp:reactions:0' ${id}>${inner}</reactions>`;
const each = (...emoji: string[]) => emoji.map((one) => `<reaction>${one}</reaction>`).join("");
const read = (inner: string) => reactionIn(message(inner));

it("contains the sender's whole set of reactions; an empty one removes them all", () => {
  expect(read(reactions(each("👍", "🐢")))).toEqual({ kind: "reaction", target: "m1", emoji: ["👍", "🐢"] });
  expect(read(reactions(""))).toEqual({ kind: "reaction", target: "m1", emoji: [] });
  expect(readMessage(message(reactions(each("👍"))), live)).toMatchObject({
    conversation: { jid: "bob@example.net" },
    author: { address: "bob@example.net" },
    ids: { messageId: "c1" },
    payload: { kind: "reaction", target: "m1", emoji: ["👍"] },
  });
});

it("drops duplicates, anything but single emoji, and what exceeds the limit", () => {
  expect(read(reactions(each("👍", "lol", "👍👍", "", "\u202e👍", "❤", "❤\ufe0f", "x".repeat(100_000))))).toMatchObject(
    { emoji: ["👍", "❤\ufe0f"] },
  );
  const many = Array.from({ length: 10_000 }, (_, at) => String.fromCodePoint(0x1f600 + (at % 60)));
  expect(read(reactions(each(...many)))?.emoji).toHaveLength(20);
});

it("is none without an id, with a malformed one, or if there are two in a message", () => {
  for (const id of ["", "id=''", `id='${"x".repeat(1025)}'`]) expect(read(reactions(each("👍"), id))).toBeNull();
  expect(read(reactions(each("👍")) + reactions(each("👎"), "id='m2'"))).toBeNull();
  expect(read(`<reactions id='m1'>${each("👍")}</reactions>`)).toBeNull();
});

it("never hides a text that is not marked as fallback", () => {
  const fallback = "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reactions:0'/>";
  expect(read(`${reactions(each("👍"))}<body>reacted with 👍</body>${fallback}`)).toMatchObject({ emoji: ["👍"] });
  expect(read(`${reactions(each("👍"))}<body>see you at five</body>`)).toBeNull();
  expect(readMessage(message(`${reactions(each("👍"))}<body>see you at five</body>`), live)).toMatchObject({
    payload: { kind: "text", body: "see you at five" },
  });
  expect(read(`${reactions(each("👍"))}<encrypted xmlns='eu.siacs.conversations.axolotl'/>`)).toBeNull();
});

it("in a room belongs to an occupant, never to the room itself", () => {
  const room = "tea@rooms.example.org" as BareJid;
  const place: RoomContext = {
    room,
    nickname: "me",
    ownOccupantId: null,
    account,
    hasOccupantIds: true,
    hasStanzaIds: true,
    nonAnonymous: true,
    historyFrom: null,
    occupant: () => null,
  };
  const of = (from: string) =>
    readGroupchat(message(reactions(each("👍")), `type='groupchat' from='${from}'`), place, null);
  expect(of(`${room}/Bob`)).toMatchObject({
    author: { occupant: { nickname: "Bob" } },
    payload: { kind: "reaction" },
  });
  expect(of(room)).toBeNull();
  expect(of("other@rooms.example.org/Bob")).toBeNull();
});

it("is sent with a store hint and without a fallback text", () => {
  expect(reactionElements("m1", ["👍", "🐢"]).join("")).toBe(
    '<reactions xmlns="urn:xmpp:reactions:0" id="m1"><reaction>👍</reaction><reaction>🐢</reaction></reactions><store xmlns="urn:xmpp:hints"/>',
  );
});
