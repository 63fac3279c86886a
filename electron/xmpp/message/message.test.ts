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
      author: { outgoing: false, address: "bob@example.net", occupant: null, stay: null },
      ids: { messageId: "m1", originId: "o1", archiveId: "s1" },
      via: "live",
      at: null,
      encrypted: null,
      wishes: { receipt: null, marker: false },
      payload: { kind: "text", body: "Hi & bye" },
    });
  });

  it("wants a receipt for the device that sent it, and a marker, only where it has an id to confirm", async () => {
    const asking = "<body>x</body><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>";
    expect((await read(chat(asking)))!.wishes).toEqual({ receipt: "bob@example.net/phone", marker: true });
    const unnamed = chat(asking, "type='chat' from='bob@example.net'");
    expect((await read(unnamed))!.wishes).toEqual({ receipt: null, marker: false });
  });

  it("is one without a type, and with one that nobody knows (RFC 6121 §5.2.2)", async () => {
    for (const type of ["", "type='normal'", "type='whatever'"]) {
      expect(await bodyOf(chat("<body>x</body>", `${type} from='bob@example.net'`))).toBe("x");
    }
  });

  it("is our own note when it comes from our account or without a sender", async () => {
    for (const from of ["", `from='${account}'`, `from='${account}/phone'`]) {
      expect((await read(chat("<body>note</body>", `type='chat' ${from}`)))!.author).toMatchObject({
        outgoing: true,
        address: account,
      });
    }
  });

  it("of type groupchat, headline, or without text is no chat message", async () => {
    for (const type of ["groupchat", "headline"])
      expect(await read(chat("<body>x</body>", `type='${type}' from='room@muc.example/nick'`))).toBeNull();
    for (const inside of ["", "<body/>", "<composing xmlns='http://jabber.org/protocol/chatstates'/>"])
      expect(await read(chat(inside))).toBeNull();
    expect(await read(chat("<body>x</body>", "type='chat' from='@@'"))).toBeNull();
  });

  it("shows the body without a language before one with, and never another namespace's", async () => {
    expect(await bodyOf(chat("<body xml:lang='de'>Hallo</body><body>Hello</body>"))).toBe("Hello");
    expect(await bodyOf(chat("<body xml:lang='de'>Hallo</body><body xml:lang='en'>Hello</body>"))).toBe("Hallo");
    expect(await read(chat("<body xmlns='http://www.w3.org/1999/xhtml'>evil</body>"))).toBeNull();
    expect(await bodyOf(chat("<body xmlns='jabber:client'>framed</body>"))).toBe("framed");
  });

  it("resource exhaustion: keeps the beginning of an endless body and no endless ids", async () => {
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

  it("is a message with and without a body for those who cannot read it, and when it only moves keys", async () => {
    expect(await read(chat(`<body>no OMEMO?</body>${encrypted(`${header}<payload>SGk=</payload>`)}`))).toMatchObject({
      payload: { kind: "text", body: "no OMEMO?" },
      encrypted: { ...envelope, payload: new Uint8Array([0x48, 0x69]) },
    });
    expect(await read(chat(encrypted(header)))).toMatchObject({ payload: { body: "" }, encrypted: envelope });
  });

  it("that is malformed is kept as one, and never taken for a plain one", async () => {
    expect(await read(chat(`<body>fallback</body>${encrypted("")}`))).toMatchObject({ encrypted: "malformed" });
    expect(await read(chat(encrypted("<header/>")))).toMatchObject({ encrypted: "malformed" });
  });

  it("of a room is none yet, and one that came back is an error", async () => {
    expect(await read(chat(encrypted(header), "type='groupchat' from='room@muc.example/nick'"))).toBeNull();
    expect(
      await read(chat(`${encrypted(header)}<error type='cancel'/>`, "type='error' id='m1' from='bob@example.net'")),
    ).toMatchObject({ encrypted: null, payload: { kind: "error", target: "m1" } });
  });

  it("keeps nothing else from being a receipt or a marker", async () => {
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
    "by '%s' means nothing",
    async (by) => {
      expect(
        (await read(chat(`<body>x</body><stanza-id xmlns='urn:xmpp:sid:0' by='${by}' id='forged'/>`)))!.ids.archiveId,
      ).toBeNull();
    },
  );

  it("means nothing on a server that does not announce that it writes them", async () => {
    const { ports, events } = fixture();
    const text = chat(`<body>x</body><stanza-id xmlns='urn:xmpp:sid:0' by='${account}' id='1'/>`);
    await give(messages(ports, { trustsStanzaIds: async () => false }), text);
    expect(events).toMatchObject([{ inbound: { ids: { archiveId: null } } }]);
  });

  it("two of them by our own account mean nothing: a server strips the forged one", async () => {
    const id = (value: string): string => `<stanza-id xmlns='urn:xmpp:sid:0' by='${account}' id='${value}'/>`;
    expect((await read(chat(`<body>x</body>${id("1")}${id("2")}`)))!.ids.archiveId).toBeNull();
  });
});

describe("forged delay (XEP-0203 §4)", () => {
  it("is not looked at in what comes live; what was held back is as old as our server says", async () => {
    const text = chat(`<body>x</body><delay xmlns='urn:xmpp:delay' from='example.org' stamp='2020-01-02T03:04:05Z'/>`);
    expect((await read(text))!.at).toBeNull();
    const it = fixture();
    it.heldSince = 12_345;
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
    ["a bare forwarded", copied],
    ["an archive result", `<result xmlns='urn:xmpp:mam:2' queryid='q' id='1'>${copied}</result>`],
  ])("%s is no message, whoever it is from, with or without a body of its own", async (_, inside) => {
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

describe("a message that comes back", () => {
  const bounce = (from: string, id: string): string =>
    `<message type='error' ${from} ${id}><body>mine</body><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
    `<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${"no ".repeat(400)}</text></error></message>`;

  it("tells who did not get it and why, and is no message", async () => {
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

  it("says nothing without a sender or an id", async () => {
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
  it("belongs to the nickname there, and to nobody's own address", async () => {
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
  it("is none from a room that is not ours, whatever mark it bears", async () => {
    const marked = "<body>psst</body><x xmlns='http://jabber.org/protocol/muc#user'/>";
    expect(await read(chat(marked, "type='chat' id='m1' from='mallory@evil.example/bob'"))).toMatchObject({
      conversation: { jid: "mallory@evil.example", kind: "contact" },
      author: { address: "mallory@evil.example", occupant: null },
    });
  });
  it("is never decrypted with the keys of whoever its nickname looks like", async () => {
    const envelope =
      "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'><iv>AAAAAAAAAAAAAAAA</iv></header><payload>AAAA</payload></encrypted>";
    expect(await read(chat(`<body>no key</body>${envelope}`, `type='chat' id='m1' from='${salon}/bob'`))).toMatchObject(
      { payload: { body: "no key" }, encrypted: null },
    );
  });
  it("fails by an error from that nickname only", async () => {
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
