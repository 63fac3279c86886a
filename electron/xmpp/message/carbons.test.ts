import { describe, expect, it } from "vitest";
import { carbons } from "./carbons.ts";
import { account, began, fixture, give, stanza } from "../testing/feature.ts";
import { StanzaError } from "../stream.ts";
import type { ServerFeature } from "../services/server.ts";

const server: ServerFeature = {
  name: "server",
  has: async () => true,
  trustsStanzaIds: async () => true,
  mostBytes: () => 262_144,
};
const without: ServerFeature = { ...server, has: async () => false };

const forwarded = (message: string): string =>
  `<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>${message}</forwarded>`;
const carbon = (kind: "sent" | "received", message: string, from: string | null = account): string =>
  `<message ${from === null ? "" : `from='${from}'`} to='${account}/here' type='chat'><${kind} xmlns='urn:xmpp:carbons:2'>${forwarded(message)}</${kind}></message>`;
const received = `<message xmlns='jabber:client' type='chat' from='bob@example.net/x' to='${account}/phone' id='1'><body>hi</body></message>`;
const sent = `<message xmlns='jabber:client' type='chat' from='${account}/phone' to='bob@example.net' id='2'><body>hello</body></message>`;

async function take(text: string) {
  const it = fixture();
  expect(await give(carbons(it.ports, server), text)).toBe(true);
  return it.events;
}

describe("carbons (XEP-0280)", () => {
  it("put messages that another device received or sent into the contact's chat", async () => {
    expect(await take(carbon("received", received))).toMatchObject([
      {
        type: "inbound",
        inbound: {
          via: "carbon",
          conversation: { jid: "bob@example.net" },
          author: { outgoing: false, address: "bob@example.net" },
          payload: { kind: "text", body: "hi" },
        },
      },
    ]);
    expect(await take(carbon("sent", sent))).toMatchObject([
      {
        type: "inbound",
        inbound: {
          via: "carbon",
          conversation: { jid: "bob@example.net" },
          author: { outgoing: true, address: account },
          payload: { kind: "text", body: "hello" },
        },
      },
    ]);
  });

  it("of a received invitation are invitations here too; of a sent one they are not", async () => {
    const into = "<x xmlns='jabber:x:conference' jid='tea@rooms.example.net' reason='tea?'/>";
    const direct = received.replace("<body>hi</body>", into);
    expect(await take(carbon("received", direct))).toMatchObject([
      {
        inbound: {
          via: "carbon",
          payload: {
            kind: "invitation",
            room: "tea@rooms.example.net",
            from: "bob@example.net/x",
            direct: true,
            reason: "tea?",
          },
        },
      },
    ]);
    const mediated = `<x xmlns='http://jabber.org/protocol/muc#user'><invite from='bob@example.net'/></x>`;
    const through = received.replace("bob@example.net/x", "tea@rooms.example.net").replace("<body>hi</body>", mediated);
    expect(await take(carbon("received", through))).toMatchObject([
      { inbound: { payload: { kind: "invitation", from: "bob@example.net", direct: false } } },
    ]);
    expect(await take(carbon("sent", sent.replace("<body>hello</body>", into)))).toEqual([]);
  });

  it("have the time that our server wrote into the copy, whatever stamp the sender added", async () => {
    const delay = "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='2001-01-01T00:00:00Z'/>";
    const asked: string[] = [];
    const it = fixture();
    it.ports.serverReceivedAt = async (one) => (
      asked.push(one.name === "message" ? String(one.getChild("delay") ?? "nothing") : ""),
      null
    );
    await give(carbons(it.ports, server), carbon("received", received.replace("</message>", `${delay}</message>`)));
    expect(it.events).toMatchObject([{ type: "inbound", inbound: { at: null } }]);
    expect(asked).toEqual(["nothing"]);
  });

  it("of receipts and markers count like live ones", async () => {
    const conversation = { jid: "bob@example.net", kind: "contact" };
    const marker = (from: string, to: string) =>
      `<message xmlns='jabber:client' type='chat' from='${from}' to='${to}'><displayed xmlns='urn:xmpp:chat-markers:0' id='m'/></message>`;
    expect(await take(carbon("sent", marker(`${account}/phone`, "bob@example.net")))).toMatchObject([
      { inbound: { conversation, author: { outgoing: true }, payload: { kind: "displayed", target: "m" } } },
    ]);
    expect(await take(carbon("received", marker("bob@example.net/x", account)))).toMatchObject([
      { inbound: { conversation, author: { outgoing: false }, payload: { kind: "displayed", target: "m" } } },
    ]);
  });

  it("are enabled unless binding or the resumed session did so, or the server does not offer them", async () => {
    const it = fixture();
    it.answers.push(() => stanza("<iq type='result'/>"));
    const feature = carbons(it.ports, server);
    await feature.online!(began(false));
    expect(it.sent.map(String)).toEqual([expect.stringContaining('<enable xmlns="urn:xmpp:carbons:2"/>')]);
    await feature.online!(began(true));
    await carbons(it.ports, server).online!(began(false, { bound: { carbons: true, csi: false } }));
    await carbons(it.ports, without).online!(began(false));
    expect(it.sent).toHaveLength(1);
    it.answers.push(() => Promise.reject(new StanzaError("forbidden", "auth", "")));
    await carbons(it.ports, server).online!(began(false));
  });
});

describe("forged carbons (CVE-2017-5589 family, CVE-2019-16235, CVE-2020-26547)", () => {
  it.each([
    ["another user", "mallory@example.net/x"],
    ["another user's bare JID", "mallory@example.net"],
    ["our own full JID", `${account}/phone`],
    ["a room", "room@muc.example.org/nick"],
    ["the server", "example.org"],
    ["nobody", null],
    ["an empty address", ""],
    ["an address similar to ours", "alice@example.org.evil"],
    ["no address", "@"],
  ])("from %s are dropped and counted", async (_, from) => {
    for (const text of [carbon("received", received, from), carbon("sent", sent, from)]) {
      expect(await take(text)).toEqual([{ type: "refused", what: "forged-carbon" }]);
    }
  });
});

describe("carbon confusion (converse.js#1704)", () => {
  it.each([
    ["a message of a room", carbon("received", received.replace("'chat'", "'groupchat'"))],
    [
      "a message that somebody else received",
      carbon("received", received.replace(`to='${account}/phone'`, "to='carol@example.net'")),
    ],
    [
      "a message that somebody else sent",
      carbon("sent", sent.replace(`from='${account}/phone'`, "from='bob@example.net'")),
    ],
    ["nothing", `<message from='${account}'><received xmlns='urn:xmpp:carbons:2'/></message>`],
    ["a presence", carbon("received", "<presence from='bob@example.net'/>")],
    ["two messages", carbon("received", received + received)],
  ])("a carbon with %s is refused", async (_, text) => {
    expect(await take(text)).toEqual([{ type: "refused", what: "wrong-carbon" }]);
  });

  it("a carbon within a carbon is not a message", async () => {
    expect(
      await take(
        carbon("received", carbon("received", received).replace("<message ", `<message xmlns='jabber:client' `)),
      ),
    ).toEqual([]);
  });

  it("a private message of a room is never put into a contact's chat", async () => {
    const x = "<x xmlns='http://jabber.org/protocol/muc#user'/>";
    expect(
      await take(
        carbon(
          "received",
          received.replace("bob@example.net/x", "room@muc.example.org/bob").replace("<body>", `${x}<body>`),
        ),
      ),
    ).toEqual([]);
    expect(
      await take(
        carbon(
          "sent",
          sent.replace("to='bob@example.net'", "to='room@muc.example.org/bob'").replace("<body>", `${x}<body>`),
        ),
      ),
    ).toEqual([]);
  });

  it("puts a private message into the occupant's chat if we know the room, with or without the muc#user element", async () => {
    for (const x of ["", "<x xmlns='http://jabber.org/protocol/muc#user'/>"]) {
      expect(
        await take(
          carbon(
            "sent",
            sent.replace("to='bob@example.net'", "to='salon@muc.example.org/bob'").replace("<body>", `${x}<body>`),
          ),
        ),
      ).toMatchObject([
        {
          type: "inbound",
          inbound: {
            via: "carbon",
            conversation: { jid: "salon@muc.example.org/bob", kind: "private" },
            author: { outgoing: true, address: account, occupant: { nickname: "bob" } },
          },
        },
      ]);
      // The room itself sends no private messages.
      expect(
        await take(
          carbon(
            "received",
            received.replace("bob@example.net/x", "salon@muc.example.org").replace("<body>", `${x}<body>`),
          ),
        ),
      ).toEqual([]);
    }
  });
});
