import { describe, expect, it } from "vitest";
import type { BareJid, Jid } from "../../../shared/jid.ts";
import { avatars, MOST_BYTES, roomAvatarHash } from "./avatars.ts";
import { fixture, give, stanza } from "../testing/feature.ts";
import { pep } from "./pep.ts";
import { StanzaError } from "../stream.ts";

const HASH = "A31C4BD04DE69663CFD7F424A8453F4674DA37FF";
const hash = HASH.toLowerCase();
const bob = "bob@example.org" as BareJid;

function make() {
  const it = fixture();
  const node = pep(it.ports, { has: async () => true });
  return { ...it, pep: node, avatars: avatars(it.ports, node) };
}
const presence = (inner: string, attrs = ""): string =>
  `<presence from='bob@example.org/phone' ${attrs}>${inner}</presence>`;
const update = (inner: string): string => `<x xmlns='vcard-temp:x:update'>${inner}</x>`;
const card = (photo: string) => () => stanza(`<iq type='result'><vCard xmlns='vcard-temp'>${photo}</vCard></iq>`);
const metadata = (inner: string): string =>
  `<message from='${bob}' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:avatar:metadata'>${inner}</items></event></message>`;

describe("announced avatar", () => {
  it.each([
    ["a hash", presence(update(`<photo>${HASH}</photo>`)), hash],
    ["an empty photo", presence(update("<photo/>")), null],
    ["an update without photo", presence(update("")), undefined],
    ["no update", presence(""), undefined],
    ["an invalid hash", presence(update("<photo>../../etc/passwd</photo>")), undefined],
    ["type unavailable", presence(update(`<photo>${HASH}</photo>`), "type='unavailable'"), undefined],
  ])("presence with %s (XEP-0153) gives the expected hash", async (_, text, told) => {
    const { avatars: feature, events } = make();
    // The stanza is not consumed, because later features also read presence.
    expect(await feature.stanza!(stanza(text))).toBe(false);
    expect(events).toEqual([{ type: "avatar", of: "bob@example.org/phone", by: "presence", hash: told }]);
  });

  it("is read from the contact's own node, and never leads to another server (XEP-0084)", async () => {
    const { pep: node, events } = make();
    await give(
      node,
      metadata(
        `<item id='${hash}'><metadata xmlns='urn:xmpp:avatar:metadata'><info id='${hash}' bytes='9' type='image/png'/></metadata></item>`,
      ),
    );
    await give(
      node,
      metadata(
        `<item id='x'><metadata xmlns='urn:xmpp:avatar:metadata'><info id='${hash}' url='http://192.168.0.1/x.png'/></metadata></item>`,
      ),
    );
    await give(node, metadata("<item id='x'><metadata xmlns='urn:xmpp:avatar:metadata'/></item>"));
    await give(
      node,
      metadata(`<item id='x'><metadata xmlns='urn:xmpp:avatar:metadata'><info id='junk'/></metadata></item>`),
    );
    expect(events).toEqual([
      { type: "avatar", of: bob, by: "pep", hash },
      { type: "avatar", of: bob, by: "pep", hash: null },
    ]);
  });

  it("of a gateway is read from the node of its domain", async () => {
    const { pep: node, events } = make();
    const info = `<item id='${hash}'><metadata xmlns='urn:xmpp:avatar:metadata'><info id='${hash}' bytes='9' type='image/png'/></metadata></item>`;
    await give(node, metadata(info).replace(bob, "irc.example.org"));
    await give(node, metadata(info).replace(bob, "irc.example.org/x"));
    expect(events).toEqual([
      { type: "avatar", of: "irc.example.org", by: "pep", hash },
      { type: "refused", what: "forged-pep-event" },
    ]);
  });

  it("of a room is read from its disco#info form (XEP-0486)", () => {
    expect(roomAvatarHash(new Map([["muc#roominfo_avatarhash", [HASH]]]))).toBe(hash);
    expect(roomAvatarHash(new Map([["{http://modules.prosody.im/mod_vcard_muc}avatar#sha1", [HASH]]]))).toBe(hash);
    expect(roomAvatarHash(new Map([["muc#roominfo_avatarhash", ["junk"]]]))).toBeNull();
    expect(roomAvatarHash(new Map())).toBeNull();
  });
});

describe("avatar image", () => {
  it("is read from the vCard of the requested JID", async () => {
    const { avatars: feature, answers, sent } = make();
    answers.push(card("<PHOTO><TYPE>image/png</TYPE><BINVAL>\n aGVs\n bG8=\n</BINVAL></PHOTO>"));
    expect(Buffer.from((await feature.intents.vcard("tea@rooms.example.org/Bob" as Jid))!).toString()).toBe("hello");
    expect(sent[0]!.attrs).toMatchObject({ type: "get", to: "tea@rooms.example.org/Bob" });
  });

  it("is read from a PEP node by the announced id, as the newest item may be another format (XEP-0084 §3.4)", async () => {
    const { avatars: feature, answers, sent } = make();
    const data = (id: string, text: string) =>
      `<iq type='result'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:avatar:data'><item id='${id}'><data xmlns='urn:xmpp:avatar:data'>${text}</data></item></items></pubsub></iq>`;
    answers.push(() => stanza(data(hash, "aGVsbG8=")));
    expect(Buffer.from((await feature.intents.data(bob, hash))!).toString()).toBe("hello");
    expect(sent[0]!.getChild("pubsub")!.toString()).toContain(
      `<items node="urn:xmpp:avatar:data"><item id="${hash}"/></items>`,
    );
    // A server that returns another item than the one that was requested is not believed.
    answers.push(() => stanza(data("other", "aGVsbG8=")));
    expect(await feature.intents.data(bob, hash)).toBeNull();
  });

  it.each([
    ["is missing", ""],
    ["is empty", "<PHOTO><BINVAL/></PHOTO>"],
    ["is a URL", "<PHOTO><EXTVAL>http://127.0.0.1/x.png</EXTVAL></PHOTO>"],
    ["is too large", `<PHOTO><BINVAL>${Buffer.alloc(MOST_BYTES + 1).toString("base64")}</BINVAL></PHOTO>`],
    ["is enormous (resource exhaustion)", `<PHOTO><BINVAL>${"A".repeat(9_000_000)}</BINVAL></PHOTO>`],
  ])("is null if the vCard photo %s", async (_, photo) => {
    const { avatars: feature, answers } = make();
    answers.push(card(photo));
    expect(await feature.intents.vcard(bob)).toBeNull();
  });

  it("is null if the request fails", async () => {
    const { avatars: feature, answers } = make();
    answers.push(() => {
      throw new StanzaError("service-unavailable", "cancel", "");
    });
    expect(await feature.intents.vcard(bob)).toBeNull();
  });

  it("of a room is set, and removed with an empty vCard", async () => {
    const { avatars: feature, answers, sent } = make();
    answers.push(
      () => stanza("<iq type='result'/>"),
      () => stanza("<iq type='result'/>"),
    );
    await feature.intents.setRoom("tea@rooms.example.org" as BareJid, { type: "image/png", base64: "aGVsbG8=" });
    await feature.intents.setRoom("tea@rooms.example.org" as BareJid, null);
    expect(sent.map((one) => one.getChild("vCard")!.toString())).toEqual([
      '<vCard xmlns="vcard-temp"><PHOTO><TYPE>image/png</TYPE><BINVAL>aGVsbG8=</BINVAL></PHOTO></vCard>',
      '<vCard xmlns="vcard-temp"/>',
    ]);
  });
});
