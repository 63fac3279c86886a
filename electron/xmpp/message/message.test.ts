import { describe, expect, it } from "vitest";
import { account, fixture, give } from "../testing/feature.ts";
import { messages } from "./message.ts";
import type { Inbound } from "../../model/message.ts";

const trusting = { trustsStanzaIds: async () => true };

async function read(text: string): Promise<Inbound | null> {
  const { ports, events } = fixture();
  expect(await give(messages(ports, trusting), text)).toBe(true);
  const [event] = events;
  return event?.type === "inbound" ? event.inbound : null;
}
const bodyOf = async (text: string): Promise<unknown> => ((await read(text))!.payload as { body?: string }).body;
const chat = (inside: string, attrs = "type='chat' id='m1' from='bob@example.net/phone'"): string =>
  `<message ${attrs}>${inside}</message>`;

it("the marking of encrypted messages is announced (XEP-0380 §3.3)", () => {
  expect(messages(fixture().ports, trusting).disco).toContain("urn:xmpp:eme:0");
});

describe("an incoming message", () => {
  it("is read with its ids", async () => {
    expect(
      await read(
        chat(
          `<body>Hi &amp; bye</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/><stanza-id xmlns='urn:xmpp:sid:0' by='${account}' id='s1'/>`,
        ),
      ),
    ).toEqual({
      conversation: { jid: "bob@example.net", kind: "contact" },
      author: { outgoing: false, address: "bob@example.net", occupant: null, occupancy: null },
      ids: { messageId: "m1", originId: "o1", archiveId: "s1" },
      via: "live",
      at: null,
      encrypted: null,
      wishes: { receipt: null, marker: false },
      payload: { kind: "text", body: "Hi & bye" },
    });
  });

  it.each([
    ["bob@example.net/\u{1F469}\u200D\u{1F680}", "bob@example.net"],
    ["bob@my_server.example/phone", "bob@my_server.example"],
    ["jack daw@example.net/phone", "jack daw@example.net"],
    ["\u05D0abc@example.net", "\u05D0abc@example.net"],
  ])("from %j, which RFC 7622 refuses, is kept in the chat with that address", async (from, address) => {
    const inbound = await read(chat("<body>Hi</body>", `type='chat' id='m1' from='${from}'`));
    expect(inbound).toMatchObject({ conversation: { jid: address, kind: "contact" }, author: { address } });
    expect(inbound?.payload).toEqual({ kind: "text", body: "Hi" });
  });

  it("from an occupant whose nickname RFC 7622 refuses is a private message under the given nickname", async () => {
    const from = "salon@muc.example.org/Anna \u2764\uFE0F";
    const inbound = await read(chat("<body>Hi</body>", `type='chat' id='m1' from='${from}'`));
    expect(inbound).toMatchObject({
      conversation: { jid: from, kind: "private" },
      author: { occupant: { nickname: "Anna \u2764\uFE0F" } },
    });
  });

  it("requests a receipt for the sending device, and a marker, only if it has an id", async () => {
    const asking = "<body>x</body><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>";
    expect((await read(chat(asking)))!.wishes).toEqual({ receipt: "bob@example.net/phone", marker: true });
    const unnamed = chat(asking, "type='chat' from='bob@example.net'");
    expect((await read(unnamed))!.wishes).toEqual({ receipt: null, marker: false });
  });

  it("may have no type or an unknown one (RFC 6121 §5.2.2)", async () => {
    for (const type of ["", "type='normal'", "type='whatever'"]) {
      expect(await bodyOf(chat("<body>x</body>", `${type} from='bob@example.net'`))).toBe("x");
    }
  });

  it("is our own note if it comes from our account or has no sender", async () => {
    for (const from of ["", `from='${account}'`, `from='${account}/phone'`]) {
      expect((await read(chat("<body>note</body>", `type='chat' ${from}`)))!.author).toMatchObject({
        outgoing: true,
        address: account,
      });
    }
  });

  it("of type headline is kept from our own server and from contacts only (RFC 6121 §5.2.2)", async () => {
    const { ports, events } = fixture();
    const feature = messages(
      { ...ports, rooms: { ...ports.rooms, isContact: (jid) => jid === "news@example.net" } },
      trusting,
    );
    const from = ["example.org", "example.org/announce", "news@example.net/x", "mallory@example.org", "evil.example"];
    for (const jid of [...from, "muc.example.org", "example.org.evil"])
      await give(feature, chat("<subject>News</subject><body>Down at five</body>", `type='headline' from='${jid}'`));
    const body = "News\nDown at five";
    expect(events).toMatchObject(
      ["example.org", "example.org", "news@example.net"].map((jid) => ({
        inbound: { conversation: { jid, kind: "contact" }, payload: { kind: "text", body } },
      })),
    );
    expect(events).toHaveLength(3);
  });

  it("of blanks only is not kept, and counted", async () => {
    const { ports, events } = fixture();
    await give(messages(ports, trusting), chat("<body> \u200b\n</body>"));
    await give(messages(ports, trusting), chat("<body/><composing xmlns='http://jabber.org/protocol/chatstates'/>"));
    expect(events).toEqual([{ type: "refused", what: "blank-message" }]);
  });

  it("that proposes a call is kept once for its session id (XEP-0353 §3.1), unless it is ours", async () => {
    const propose =
      "<propose xmlns='urn:xmpp:jingle-message:0' id='c1'><description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/></propose>";
    expect(await read(chat(propose))).toMatchObject({
      ids: { messageId: "m1", originId: "c1" },
      payload: { kind: "unreadable", reason: "call" },
    });
    expect(await read(chat(propose, `type='chat' id='m1' from='${account}/phone'`))).toBeNull();
  });

  it("that corrects another one may be empty (XEP-0308), with a body that says so", async () => {
    const replace = "<replace xmlns='urn:xmpp:message-correct:0' id='m0'/>";
    for (const body of ["<body/>", "<body> </body>"])
      expect((await read(chat(body + replace)))?.payload).toEqual({ kind: "text", body: "", replaces: "m0" });
    expect(await read(chat(replace))).toBeNull();
  });

  it("of type groupchat, or without text, is not a chat message", async () => {
    for (const type of ["groupchat", "headline"])
      expect(await read(chat("<body>x</body>", `type='${type}' from='room@muc.example/nick'`))).toBeNull();
    for (const inside of ["", "<body/>", "<composing/>"]) expect(await read(chat(inside))).toBeNull();
    expect(await read(chat("<body>x</body>", "type='chat' from='@@'"))).toBeNull();
  });

  it("shows the body without a language rather than one with a language, and never one of another namespace", async () => {
    expect(await bodyOf(chat("<body xml:lang='de'>Hallo</body><body>Hello</body>"))).toBe("Hello");
    expect(await bodyOf(chat("<body xml:lang='de'>Hallo</body><body xml:lang='en'>Hello</body>"))).toBe("Hallo");
    expect(await read(chat("<body xmlns='http://www.w3.org/1999/xhtml'>evil</body>"))).toBeNull();
    expect(await bodyOf(chat("<body xmlns='jabber:client'>framed</body>"))).toBe("framed");
  });

  it("is truncated to the maximum body length, and has no oversized ids (resource exhaustion)", async () => {
    const long = "x".repeat(2_000);
    const message = await read(
      chat(
        `<body>${"y".repeat(1_000_000)}</body><origin-id xmlns='urn:xmpp:sid:0' id='${long}'/>`,
        `type='chat' id='${long}' from='bob@example.net'`,
      ),
    );
    expect(message!.ids).toMatchObject({ messageId: null, originId: null });
    expect((message!.payload as { body: string }).body).toHaveLength(262_144);
  });

  it("is not acknowledged before it is committed", async () => {
    const it = fixture();
    it.refuseEvents = true;
    await expect(give(messages(it.ports, trusting), chat("<body>x</body>"))).rejects.toThrow(
      "the store cannot be written",
    );
  });
});

describe("an encrypted message (XEP-0384 0.3)", () => {
  const header = "<header sid='7'><key rid='5'>AQ==</key><iv>AAECAwQFBgcICQoL</iv></header>";
  const encrypted = (inside: string): string =>
    `<encrypted xmlns='eu.siacs.conversations.axolotl'>${inside}</encrypted>`;
  const envelope = { sid: 7, keys: [{ rid: 5, prekey: false, data: new Uint8Array([1]) }], payload: null };

  it("is kept with and without a fallback body, and also if it contains only keys", async () => {
    expect(await read(chat(`<body>no OMEMO?</body>${encrypted(`${header}<payload>SGk=</payload>`)}`))).toMatchObject({
      payload: { kind: "text", body: "no OMEMO?" },
      encrypted: { ...envelope, payload: new Uint8Array([0x48, 0x69]) },
    });
    expect(await read(chat(encrypted(header)))).toMatchObject({ payload: { body: "" }, encrypted: envelope });
  });

  it("shares no file that is described outside of its ciphertext, where the server may have put it", async () => {
    const file = `<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>a.png</name></file></file-sharing>
      <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body/></fallback><x xmlns='jabber:x:oob'><url>https://a.example/a.png</url></x>`;
    const inside = encrypted(`${header}<payload>SGk=</payload>`);
    expect((await read(chat(`<body>https://a.example/a.png</body>${inside}${file}`)))?.payload).toEqual({
      kind: "text",
      body: "https://a.example/a.png",
    });
    expect((await read(chat(`<body>A cat</body>${file}`)))?.payload).toMatchObject({
      body: "",
      files: [{ name: "a.png" }],
    });
  });

  it("that is malformed is kept as such, and never as plaintext", async () => {
    expect(await read(chat(`<body>fallback</body>${encrypted("")}`))).toMatchObject({ encrypted: "malformed" });
    expect(await read(chat(encrypted("<header/>")))).toMatchObject({ encrypted: "malformed" });
  });

  it("is not one of a room, and a bounced one is an error", async () => {
    expect(await read(chat(encrypted(header), "type='groupchat' from='room@muc.example/nick'"))).toBeNull();
    expect(
      await read(chat(`${encrypted(header)}<error type='cancel'/>`, "type='error' id='m1' from='bob@example.net'")),
    ).toMatchObject({ encrypted: null, payload: { kind: "error", target: "m1" } });
  });

  it("can also be a receipt or a marker", async () => {
    const { ports, events } = fixture();
    await give(
      messages(ports, trusting),
      chat(
        `<received xmlns='urn:xmpp:receipts' id='o1'/><encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/>`,
      ),
    );
    expect(events).toMatchObject([{ type: "inbound", inbound: { payload: { kind: "receipt", target: "o1" } } }]);
  });
});

describe("forged archive ids (XEP-0359 §6)", () => {
  it.each(["bob@example.net", "alice@example.org/balcony", "example.org", "alice@example.org.evil", "", "@"])(
    "by '%s' are ignored",
    async (by) => {
      expect(
        (await read(chat(`<body>x</body><stanza-id xmlns='urn:xmpp:sid:0' by='${by}' id='forged'/>`)))!.ids.archiveId,
      ).toBeNull();
    },
  );

  it("are ignored if the server does not announce that it assigns them", async () => {
    const { ports, events } = fixture();
    const text = chat(`<body>x</body><stanza-id xmlns='urn:xmpp:sid:0' by='${account}' id='1'/>`);
    await give(messages(ports, { trustsStanzaIds: async () => false }), text);
    expect(events).toMatchObject([{ inbound: { ids: { archiveId: null } } }]);
  });

  it("are ignored if there are two by our own account, because a server removes the forged one", async () => {
    const id = (value: string): string => `<stanza-id xmlns='urn:xmpp:sid:0' by='${account}' id='${value}'/>`;
    expect((await read(chat(`<body>x</body>${id("1")}${id("2")}`)))!.ids.archiveId).toBeNull();
  });
});

describe("forged delay (XEP-0203 §4)", () => {
  it("is ignored in live messages; a held-back message has the time of our server", async () => {
    const text = chat(`<body>x</body><delay xmlns='urn:xmpp:delay' from='example.org' stamp='2020-01-02T03:04:05Z'/>`);
    expect((await read(text))!.at).toBeNull();
    const it = fixture();
    it.serverReceivedAt = 12_345;
    await give(messages(it.ports, trusting), text);
    expect(it.events).toMatchObject([{ type: "inbound", inbound: { at: 12_345 } }]);
  });
});

describe("forged carbons and carbon confusion (CVE-2017-5589 family, CVE-2019-16235, CVE-2020-26547)", () => {
  const copied =
    "<forwarded xmlns='urn:xmpp:forward:0'><message type='chat' from='carol@example.net' to='alice@example.org'><body>forged</body></message></forwarded>";
  it.each([
    ["received", `<received xmlns='urn:xmpp:carbons:2'>${copied}</received>`],
    ["sent", `<sent xmlns='urn:xmpp:carbons:2'>${copied}</sent>`],
    ["a bare forwarded message", copied],
    ["an archive result", `<result xmlns='urn:xmpp:mam:2' queryid='q' id='1'>${copied}</result>`],
  ])("%s is not a message, from any sender, with or without a body of its own", async (_, inside) => {
    for (const from of [
      "mallory@example.net/x",
      account,
      `${account}/balcony`,
      "example.org",
      "room@muc.example/nick",
    ]) {
      expect(await read(chat(inside, `from='${from}'`))).toBeNull();
      expect(await read(chat(`<body>outer</body>${inside}`, `type='chat' from='${from}'`))).toBeNull();
    }
  });
});

describe("a message that bounces", () => {
  const bounce = (from: string, id: string): string =>
    `<message type='error' ${from} ${id}><body>mine</body><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
    `<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${"no ".repeat(400)}</text></error></message>`;

  it("is an error with the recipient and the reason, not a message", async () => {
    const { ports, events } = fixture();
    await give(messages(ports, trusting), bounce("from='bob@example.net/phone'", "id='o1'"));
    expect(events).toMatchObject([
      {
        type: "inbound",
        inbound: {
          conversation: { jid: "bob@example.net", kind: "contact" },
          payload: {
            kind: "error",
            target: "o1",
            condition: "service-unavailable",
            text: "no ".repeat(400).slice(0, 512),
          },
        },
      },
    ]);
  });

  it("is ignored without a sender or an id", async () => {
    const { ports, events } = fixture();
    for (const [from, id] of [
      ["", "id='o1'"],
      ["from='bob@example.net'", ""],
      ["from='@'", "id='o1'"],
    ] as const)
      await give(messages(ports, trusting), bounce(from, id));
    expect(events).toEqual([]);
  });
});

describe("a private message of a room (XEP-0045 §7.5)", () => {
  const salon = "salon@muc.example.org";
  it("belongs to the occupant's nickname, and to no real address", async () => {
    const asking = "<body>psst</body><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>";
    expect(await read(chat(asking, `type='chat' id='m1' from='${salon}/bob@example.net'`))).toMatchObject({
      conversation: { jid: `${salon}/bob@example.net`, kind: "private" },
      author: {
        outgoing: false,
        address: salon,
        occupant: { nickname: "bob@example.net", occupantId: null, jid: null },
      },
      wishes: { receipt: null, marker: false },
    });
  });
  it("is not one if we do not know the room, even with the muc#user element", async () => {
    const marked = "<body>psst</body><x xmlns='http://jabber.org/protocol/muc#user'/>";
    expect(await read(chat(marked, "type='chat' id='m1' from='mallory@evil.example/bob'"))).toMatchObject({
      conversation: { jid: "mallory@evil.example", kind: "contact" },
      author: { address: "mallory@evil.example", occupant: null },
    });
  });
  it("is never decrypted with the keys of an account that the nickname resembles, nor shown as its fallback", async () => {
    const envelope =
      "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'><iv>AAAAAAAAAAAAAAAA</iv></header><payload>AAAA</payload></encrypted>";
    expect(await read(chat(`<body>no key</body>${envelope}`, `type='chat' id='m1' from='${salon}/bob'`))).toMatchObject(
      { payload: { kind: "unreadable", reason: "encrypted", method: "OMEMO" }, encrypted: null },
    );
  });
  it("fails only by an error from that nickname", async () => {
    const { ports, events } = fixture();
    await give(
      messages(ports, trusting),
      `<message type='error' id='m1' from='${salon}/bob'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    );
    expect(events).toMatchObject([
      {
        inbound: {
          conversation: { jid: `${salon}/bob`, kind: "private" },
          payload: { kind: "error", condition: "item-not-found" },
        },
      },
    ]);
  });
});
