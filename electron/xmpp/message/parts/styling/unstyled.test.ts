import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../../../shared/jid.ts";
import type { Inbound } from "../../../../model/message.ts";
import { archive } from "../../../archive/index.ts";
import { readGroupchat, type RoomContext } from "../../../muc/context.ts";
import { account, fixture, give, stanza } from "../../../testing/feature.ts";
import { carbons } from "../../carbons.ts";
import { messages } from "../../message.ts";

const bob = "bob@example.net/phone";
const room = "tea@rooms.example.org" as BareJid;
const unstyled = "<unstyled xmlns='urn:xmpp:styling:0'/>";
const server = { name: "server", has: async () => true, trustsStanzaIds: async () => true, mostBytes: () => 262_144 };
const text = (more: string, from = bob, type = "chat"): string =>
  `<message xmlns='jabber:client' type='${type}' from='${from}' to='${account}' id='m1'><body>&gt; _ &lt;</body>${more}</message>`;
const wrapped = (message: string): string =>
  `<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>${message}</forwarded>`;

async function live(message: string): Promise<Inbound | undefined> {
  const { ports, events } = fixture();
  await give(messages(ports, server), message);
  const [event] = events;
  return event?.type === "inbound" ? event.inbound : undefined;
}
async function carbon(message: string): Promise<Inbound | undefined> {
  const { ports, events } = fixture();
  const copy = `<received xmlns='urn:xmpp:carbons:2'>${wrapped(message)}</received>`;
  await give(carbons(ports, server), `<message from='${account}' to='${account}/here' type='chat'>${copy}</message>`);
  const [event] = events;
  return event?.type === "inbound" ? event.inbound : undefined;
}
async function archived(message: string): Promise<Inbound | undefined> {
  const { ports, answers } = fixture();
  const feature = archive(ports, { has: async (name) => name === "urn:xmpp:mam:2" });
  answers.push((iq) => {
    const query = iq.getChild("query", "urn:xmpp:mam:2")!.attrs["queryid"];
    const result = `<result xmlns='urn:xmpp:mam:2' queryid='${query}' id='a1'>${wrapped(message)}</result>`;
    feature.early!(stanza(`<message from='${account}' to='${account}/here'>${result}</message>`));
    return stanza("<iq type='result'><fin xmlns='urn:xmpp:mam:2' complete='false'/></iq>");
  });
  const page = await feature.intents.page({ with: "bob@example.net" as BareJid, before: null, max: 5 });
  return page.entries[0]?.inbound ?? undefined;
}
const place: RoomContext = {
  room,
  nickname: "Alice",
  ownOccupantId: "me",
  account,
  hasOccupantIds: true,
  hasStanzaIds: true,
  nonAnonymous: true,
  historyFrom: null,
  occupant: () => null,
};
const inRoom = async (message: string): Promise<Inbound | undefined> =>
  readGroupchat(stanza(message.replace(bob, `${room}/Bob`).replace("'chat'", "'groupchat'")), place, null) ?? undefined;

describe("the wish to be shown as typed (XEP-0393 §6)", () => {
  it.each([
    ["live", live],
    ["as a carbon", carbon],
    ["from an archive", archived],
    ["in a room", inRoom],
  ])("is part of a text that is read %s, and of no other", async (_how, read) => {
    expect((await read(text(unstyled)))!.payload).toEqual({ kind: "text", body: "> _ <", unstyled: true });
    for (const other of ["", "<unstyled xmlns='urn:xmpp:styling:1'/>", `<x xmlns='a'>${unstyled}</x>`])
      expect((await read(text(other)))!.payload).toEqual({ kind: "text", body: "> _ <" });
  });

  it("is part of a correction and of a private message too", async () => {
    const replace = "<replace xmlns='urn:xmpp:message-correct:0' id='m0'/>";
    expect((await live(text(unstyled + replace)))!.payload).toMatchObject({ replaces: "m0", unstyled: true });
    const occupant = "salon@muc.example.org/Ann";
    expect(await live(text(unstyled, occupant))).toMatchObject({
      conversation: { jid: occupant, kind: "private" },
      payload: { unstyled: true },
    });
  });

  it("is read beside a ciphertext", async () => {
    const header = "<header sid='7'><key rid='5'>AQ==</key><iv>AAAAAAAAAAAAAAAA</iv></header><payload>AQI=</payload>";
    const encrypted = `<encrypted xmlns='eu.siacs.conversations.axolotl'>${header}</encrypted>`;
    expect(await live(text(encrypted + unstyled))).toMatchObject({
      encrypted: { sid: 7 },
      payload: { unstyled: true },
    });
  });

  it("makes no message of its own", async () => {
    expect(await live(`<message from='${bob}' type='chat'>${unstyled}</message>`)).toBeUndefined();
  });
});

it("support for styling is announced (XEP-0393 §4)", () => {
  expect(messages(fixture().ports, server).disco).toContain("urn:xmpp:styling:0");
});
