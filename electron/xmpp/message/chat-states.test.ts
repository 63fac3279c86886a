import { describe, expect, it } from "vitest";
import type { BareJid, FullJid, Jid } from "../../../shared/jid.ts";
import type { Conversation } from "../../model/conversation.ts";
import { readGroupchat, type RoomContext } from "../muc/context.ts";
import { account, fixture, give, stanza } from "../testing/feature.ts";
import { outbound } from "../testing/outbound.ts";
import { carbons } from "./carbons.ts";
import { messages } from "./message.ts";
import { readMessage } from "./read.ts";
import { messageIntents } from "./send.ts";
import { writeMessage } from "./write.ts";

const NS = "http://jabber.org/protocol/chatstates";
const server = { trustsStanzaIds: async () => true };
const state = (name: string) => `<${name} xmlns='${NS}'/>`;
const chat = (inside: string, attrs = "type='chat' from='bob@example.net/phone'") =>
  `<message ${attrs}>${inside}</message>`;

async function events(text: string, receivedAt: number | null = null) {
  const it = fixture();
  it.serverReceivedAt = receivedAt;
  await give(messages(it.ports, server), text);
  return it.events.flatMap((event) => (event.type === "inbound" ? event.inbound : []));
}

describe("a chat state (XEP-0085)", () => {
  it.each(["active", "composing", "paused", "inactive", "gone"])("alone is read: %s", async (name) => {
    const [inbound] = await events(chat(state(name)));
    expect(inbound).toMatchObject({
      conversation: { jid: "bob@example.net", kind: "contact" },
      payload: { kind: "chat-state", state: name },
    });
  });

  it("of an occupant in private belongs to the private chat", async () => {
    const [inbound] = await events(chat(state("composing"), "type='chat' from='salon@muc.example.org/Ann'"));
    expect(inbound?.conversation).toEqual({ jid: "salon@muc.example.org/Ann", kind: "private" });
  });

  it("with a text is a part of it, also if the text is encrypted", async () => {
    const [plain] = await events(chat(`<body>hi</body>${state("active")}`));
    expect(plain).toMatchObject({ payload: { kind: "text", body: "hi" }, chatState: "active" });
    const [none] = await events(chat("<body>hi</body>"));
    expect(none).not.toHaveProperty("chatState");
  });

  it.each([
    ["two states", chat(state("active") + state("paused"))],
    ["a state that does not exist", chat(state("sleeping"))],
    ["another type", chat(state("composing"), "type='headline' from='bob@example.net/phone'")],
    ["an error about ours", chat(state("composing"), "type='error' from='bob@example.net'")],
    ["a blank text", chat(`<body> </body>${state("composing")}`)],
  ])("is none: %s", async (_, text) => {
    expect(await events(text)).toEqual([]);
  });

  it("from a time offline, from an archive, or of our other device is nothing", async () => {
    expect(await events(chat(state("composing")), 1000)).toEqual([]);
    const { ports } = fixture();
    const origin = { account, trustsStanzaIds: true, serverReceivedAt: null, rooms: ports.rooms };
    const from = (one: string) => stanza(chat(state("composing"), `type='chat' from='${one}/x' to='${account}'`));
    expect(readMessage(from("bob@example.net"), { ...origin, via: { archiveId: "a", stamp: 1 } })).toBeNull();
    expect(readMessage(from(account), { ...origin, via: "carbon" })).toBeNull();
    expect(readMessage(from("bob@example.net"), { ...origin, via: "carbon" })).not.toBeNull();
  });

  it("in a carbon of what we sent from another device changes nothing", async () => {
    const it = fixture();
    const inner = `<message xmlns='jabber:client' type='chat' from='${account}/phone' to='bob@example.net'>${state("composing")}</message>`;
    const sent = `<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${inner}</forwarded></sent>`;
    const feature = carbons(it.ports, { ...server, has: async () => true } as never);
    expect(await give(feature, `<message from='${account}'>${sent}</message>`)).toBe(true);
    expect(it.events).toEqual([]);
  });

  it("in a room is of an occupant, neither of the room itself nor our own reflected one", () => {
    const room = "tea@rooms.example.org" as BareJid;
    const place: RoomContext = {
      room,
      nickname: "Alice",
      ownOccupantId: null,
      account,
      hasOccupantIds: false,
      hasStanzaIds: true,
      nonAnonymous: true,
      historyFrom: null,
      occupant: () => null,
    };
    const read = (from: string, text = state("composing")) =>
      readGroupchat(stanza(`<message type='groupchat' from='${from}'>${text}</message>`), place, null);
    expect(read(`${room}/Bob`)).toMatchObject({
      conversation: { jid: room, kind: "room" },
      author: { occupant: { nickname: "Bob" } },
      payload: { kind: "chat-state", state: "composing" },
    });
    expect([read(room), read(`${room}/Alice`)]).toEqual([null, null]);
  });
});

describe("a chat state of ours", () => {
  const room = "tea@rooms.example.org" as BareJid;
  const hint = '<no-store xmlns="urn:xmpp:hints"/>';
  it.each([
    [{ jid: "bob@example.net" as Jid, kind: "contact" }, "chat", ""],
    [{ jid: room as Jid, kind: "room" }, "groupchat", ""],
    [
      { jid: `${room}/Ann` as FullJid as Jid, kind: "private" },
      "chat",
      '<x xmlns="http://jabber.org/protocol/muc#user"/>',
    ],
  ] as [Conversation, string, string][])(
    "has no text and no id, and asks that nobody keeps it (XEP-0334 §4.2): %o",
    async (conversation, type, mark) => {
      const { ports, sent } = fixture();
      const fleeting: string[] = [];
      const stream = { ...ports.stream, sendFleeting: async (one: unknown) => void fleeting.push(String(one)) };
      await messageIntents(stream, () => true).chatState(conversation, "composing");
      expect(fleeting).toEqual([
        `<message to="${conversation.jid}" type="${type}"><composing xmlns="${NS}"/>${hint}${mark}</message>`,
      ]);
      expect(sent).toEqual([]);
    },
  );

  it("is not sent to a room that we are not in", async () => {
    const { ports } = fixture();
    const intents = messageIntents(ports.stream, () => false);
    await expect(intents.chatState({ jid: room, kind: "room" }, "composing")).rejects.toThrow("not connected");
  });

  it("goes with a text as active", () => {
    const text = outbound("bob@example.net" as Jid, "o1", "hi");
    expect(String(writeMessage({ ...text, active: true }))).toContain(`<active xmlns="${NS}"/>`);
    expect(String(writeMessage(text))).not.toContain("<active");
  });

  it("is announced in service discovery only if the user lets us send it (§4)", () => {
    let isOn = false;
    const feature = messages(fixture().ports, server, () => isOn);
    expect(feature.disco).not.toContain(NS);
    isOn = true;
    expect(feature.disco).toContain(NS);
  });
});
