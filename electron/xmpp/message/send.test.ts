import { describe, expect, it } from "vitest";
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { OutboundPayload } from "../../model/outbound.ts";
import { NotConnected } from "../stream.ts";
import { fixture } from "../testing/feature.ts";
import { outbound } from "../testing/outbound.ts";
import { messageIntents } from "./send.ts";
import { writeMessage, type PreparedOutbound } from "./write.ts";

const bob = "bob@example.net" as BareJid;
const room = "tea@rooms.example.org" as BareJid;
const conversations: Record<PreparedOutbound["conversation"]["kind"], { to: Jid; type: string; marks: string }> = {
  contact: { to: bob, type: "chat", marks: "" },
  room: { to: room, type: "groupchat", marks: "" },
  private: { to: `${room}/Ann` as Jid, type: "chat", marks: '<x xmlns="http://jabber.org/protocol/muc#user"/>' },
};
const asks = '<request xmlns="urn:xmpp:receipts"/><markable xmlns="urn:xmpp:chat-markers:0"/>';
const replace = '<replace xmlns="urn:xmpp:message-correct:0" id="m1"/>';
const hint = '<store xmlns="urn:xmpp:hints"/>';
const payloads: [OutboundPayload, string][] = [
  [{ kind: "text", body: "<b>&" }, "<body>&lt;b&gt;&amp;</body>"],
  [{ kind: "text", body: "the", replaces: "m1" }, `<body>the</body>${replace}`],
  [{ kind: "text", body: "> _ <", unstyled: true }, `<body>&gt; _ &lt;</body><unstyled xmlns="urn:xmpp:styling:0"/>`],
  [{ kind: "text", body: "*", unstyled: false }, "<body>*</body>"],
  [
    { kind: "retraction", target: "m1" },
    `<retract xmlns="urn:xmpp:message-retract:1" id="m1"/><fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:message-retract:1"/><body>This person asked to remove an earlier message, but your program cannot do that.</body>${hint}`,
  ],
  [
    { kind: "reaction", target: "m1", emoji: ["👍"] },
    `<reactions xmlns="urn:xmpp:reactions:0" id="m1"><reaction>👍</reaction></reactions>${hint}`,
  ],
];

describe.each(Object.entries(conversations))("a message in a chat of kind %s", (kind, { to, type, marks }) => {
  it.each(payloads)("has one id, as its own and as origin-id, around its payload: %o", (payload, inner) => {
    const wishes = kind === "contact" && payload.kind === "text" && payload.replaces === undefined ? asks : "";
    const conversation = { jid: to, kind: kind as keyof typeof conversations };
    expect(String(writeMessage(outbound(to, "o1", "", { conversation, payload })))).toBe(
      `<message to="${to}" type="${type}" id="o1">${inner}<origin-id xmlns="urn:xmpp:sid:0" id="o1"/>${wishes}${marks}</message>`,
    );
  });

  it("is sent with its origin-id as tag, and only while we are in the room", async () => {
    const { ports } = fixture();
    const tags: (string | undefined)[] = [];
    const stream = { ...ports.stream, send: async (_: unknown, tag?: string) => void tags.push(tag) };
    const one = outbound(to, "o1", "hello", { conversation: { jid: to, kind: kind as keyof typeof conversations } });
    await messageIntents(stream, (jid) => jid === room).send(one);
    const outside = messageIntents(stream, () => false).send(one);
    await (kind === "contact" ? outside : expect(outside).rejects.toBeInstanceOf(NotConnected));
    expect(tags).toEqual(kind === "contact" ? ["o1", "o1"] : ["o1"]);
  });
});

const envelope = {
  sid: 7,
  keys: [{ rid: 5, prekey: true, data: new Uint8Array([1]) }],
  iv: new Uint8Array(12),
  payload: new Uint8Array([1, 2]),
};
const header = '<header sid="7"><key rid="5" prekey="true">AQ==</key><iv>AAAAAAAAAAAAAAAA</iv></header>';

it("is marked as encrypted, gets a store hint, and has a fallback text (XEP-0380, XEP-0334)", () => {
  expect(String(writeMessage(outbound(bob, "o1", "secret", { encryption: envelope })))).toBe(
    '<message to="bob@example.net" type="chat" id="o1"><body>This message is encrypted with OMEMO, and your program cannot read it.</body>' +
      `<encrypted xmlns="eu.siacs.conversations.axolotl">${header}` +
      '<payload>AQI=</payload></encrypted><encryption xmlns="urn:xmpp:eme:0" namespace="eu.siacs.conversations.axolotl" name="OMEMO"/>' +
      `<store xmlns="urn:xmpp:hints"/><origin-id xmlns="urn:xmpp:sid:0" id="o1"/>${asks}</message>`,
  );
});

it("is shown as typed if its author wants that, beside the ciphertext, which holds the text only (XEP-0393 §6)", () => {
  const payload = { kind: "text", body: "> _ <", unstyled: true } as const;
  const sent = String(writeMessage(outbound(bob, "o1", "", { payload, encryption: envelope })));
  expect(sent).toContain('<store xmlns="urn:xmpp:hints"/><unstyled xmlns="urn:xmpp:styling:0"/>');
  expect(sent).not.toContain("_ &lt;");
});

it("with only keys has no fallback text and requests nothing", async () => {
  const { ports, sent } = fixture();
  await messageIntents(ports.stream, () => false).sendKeys({ to: bob, envelope: { ...envelope, payload: null } });
  expect(sent.map(String)).toEqual([
    `<message to="bob@example.net" type="chat"><encrypted xmlns="eu.siacs.conversations.axolotl">${header}</encrypted><store xmlns="urn:xmpp:hints"/></message>`,
  ]);
});
