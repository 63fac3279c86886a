/** Avatars of occupants, rooms and contacts with a real Prosody; the peers are a simulated crowd and stock clients. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { befriend } from "../../../e2e/peers/befriend.ts";
import { CROWD, nicknameOf, startCrowd, withCrowd, type Crowd } from "../../../e2e/peers/servers/crowd.ts";
import { connectPeer, type Peer } from "../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { ALICE, BOB, Device, WAIT } from "../testing/device.ts";

const sha1 = (bytes: Uint8Array): string => createHash("sha1").update(bytes).digest("hex");
/** A PNG header with this size suffices, because only the window decodes the image. */
function png(width: number, height: number): Buffer {
  const bytes = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1"), Buffer.alloc(17, width % 251)]);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}
const svg = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>");
const good = png(64, 64);
/** The announced hash and the actual image of each occupant. */
const worn: { claims: string; gives: Buffer }[] = [
  { claims: sha1(good), gives: good },
  { claims: sha1(good), gives: good },
  { claims: sha1(png(1, 1)), gives: png(2, 2) }, // another image than announced
  { claims: sha1(svg), gives: svg }, // an SVG, which may contain scripts
  { claims: sha1(png(60_000, 60_000)), gives: png(60_000, 60_000) }, // decompresses to gigabytes
];
const vcard = (bytes: Buffer): string =>
  `<vCard xmlns="vcard-temp"><PHOTO><TYPE>image/png</TYPE><BINVAL>${bytes.toString("base64")}</BINVAL></PHOTO></vCard>`;

describe("avatars with Prosody", () => {
  let prosody: Prosody;
  let crowd: Crowd;
  let alice: Device;
  let bob: Peer;
  let folder: string;

  beforeAll(async () => {
    const { options, port } = await withCrowd({ accounts: { alice: "secret", bob: "hidden" }, log: "info" });
    prosody = await startProsody(options);
    await befriend(prosody, ALICE, BOB);
    crowd = await startCrowd({
      port,
      presenceOf: (_, index) =>
        worn[index] === undefined ? "" : `<x xmlns="vcard-temp:x:update"><photo>${worn[index].claims}</photo></x>`,
      answer: (iq) => {
        if (iq.getChild("vCard", "vcard-temp") === undefined) return undefined;
        const one = worn.findIndex((_, index) => String(iq.attrs["to"]).endsWith(`/${nicknameOf(index)}`));
        return one === -1 ? null : vcard(worn[one]!.gives);
      },
    });
    folder = await mkdtemp(join(tmpdir(), "jackdaw-avatars-"));
    alice = new Device(folder, prosody);
    await alice.signIn();
    await alice.caughtUp();
    bob = await connectPeer({ server: prosody, jid: BOB.jid, password: "hidden", resource: "phone" });
    await bob.send(xml("presence"));
  });
  afterAll(async () => {
    await Promise.all([alice?.core.stop(), bob?.stop()]);
    await crowd?.stop();
    await prosody?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const hall = `hall-8@${CROWD}` as BareJid;
  const tea = "tea@conference.localhost" as BareJid;
  const avatar = (jid: BareJid, nickname: string | null = null) =>
    alice.core.handlers["avatar.get"]({ account: alice.account.id, jid, nickname });
  const cardsAsked = (): string[] =>
    crowd.asked.filter((iq) => iq.getChild("vCard", "vcard-temp") !== undefined).map((iq) => String(iq.attrs["to"]));
  const isIn = (jid: BareJid) =>
    vi.waitFor(
      async () =>
        expect((await alice.core.handlers["room.list"]({})).rooms.find((one) => one.jid === jid)).toMatchObject({
          state: { state: "joined" },
        }),
      WAIT,
    );
  const enter = async (jid: BareJid): Promise<void> => {
    await alice.core.handlers["room.join"]({
      account: alice.account.id,
      jid,
      nickname: "Alice",
      password: null,
      autojoin: false,
    });
    await isIn(jid);
  };

  it("an avatar is fetched only when it is to be shown, and once for all occupants with the same one", async () => {
    await enter(hall);
    expect(cardsAsked()).toEqual([]);
    const [first, second] = await Promise.all([avatar(hall, nicknameOf(0)), avatar(hall, nicknameOf(1))]);
    expect(first).toEqual({ hash: sha1(good), type: "image/png", base64: good.toString("base64") });
    expect(second).toEqual(first);
    expect(await avatar(hall, nicknameOf(1))).toEqual(first);
    expect(cardsAsked()).toEqual([`${hall}/${nicknameOf(0)}`]);
    expect(await avatar(hall, nicknameOf(7))).toBeNull();
    expect(await avatar(hall, "nobody")).toBeNull();
  });

  it("an image that differs from its hash, is unsupported or too large is not shown, and not fetched again", async () => {
    for (const index of [2, 3, 4]) expect(await avatar(hall, nicknameOf(index)), worn[index]!.claims).toBeNull();
    const asked = cardsAsked().length;
    for (const index of [2, 3, 4]) expect(await avatar(hall, nicknameOf(index))).toBeNull();
    expect(cardsAsked()).toHaveLength(asked);
  });

  it("an occupant who takes over a nickname does not inherit the avatar", async () => {
    worn[1] = { claims: "", gives: good };
    crowd.leave(hall, 1);
    crowd.presence(hall, 1);
    await vi.waitFor(async () => expect(await avatar(hall, nicknameOf(1))).toBeNull(), WAIT);
  });

  it("a room owner sets an avatar that others see, and removes it", async () => {
    await alice.core.handlers["room.create"]({
      account: alice.account.id,
      jid: tea,
      nickname: "Alice",
      name: "Tea",
      kind: "channel",
    });
    await isIn(tea);
    expect(await avatar(tea)).toBeNull();
    const icon = await readFile(join(import.meta.dirname, "..", "..", "..", "assets", "tray.png"));
    await expect(
      alice.core.handlers["room.setAvatar"]({
        account: alice.account.id,
        jid: tea,
        avatar: { type: "image/jpeg", base64: icon.toString("base64") },
      }),
    ).rejects.toMatchObject({ code: "bad-arguments" });
    await alice.core.handlers["room.setAvatar"]({
      account: alice.account.id,
      jid: tea,
      avatar: { type: "image/png", base64: icon.toString("base64") },
    });
    await vi.waitFor(
      async () => expect(await avatar(tea)).toMatchObject({ hash: sha1(icon), type: "image/png" }),
      WAIT,
    );
    await bob.send(xml("presence", { to: `${tea}/Bob` }, xml("x", { xmlns: "http://jabber.org/protocol/muc" })));
    await bob.waitFor(
      (stanza) => stanza.is("presence") && stanza.attrs["from"] === tea && photoOf(stanza) === sha1(icon),
    );
    const card = await bob.request(
      xml("iq", { type: "get", to: tea, id: "card" }, xml("vCard", { xmlns: "vcard-temp" })),
    );
    expect(card.getChild("vCard")?.getChild("PHOTO")?.getChildText("BINVAL")).toBe(icon.toString("base64"));
    await alice.core.handlers["room.setAvatar"]({ account: alice.account.id, jid: tea, avatar: null });
    await vi.waitFor(async () => expect(await avatar(tea)).toBeNull(), WAIT);
  });

  it("our own avatar is published, shown here and to contacts, and removed", async () => {
    const icon = await readFile(join(import.meta.dirname, "..", "..", "..", "assets", "tray.png"));
    const set = (chosen: { type: "image/png"; base64: string } | null) =>
      alice.core.handlers["avatar.setOwn"]({ account: alice.account.id, avatar: chosen });
    const info = async (id: string): Promise<Element | undefined> => {
      const query = xml(
        "pubsub",
        { xmlns: "http://jabber.org/protocol/pubsub" },
        xml("items", { node: "urn:xmpp:avatar:metadata", max_items: "1" }),
      );
      const answer = await bob.request(xml("iq", { type: "get", to: ALICE.jid, id }, query));
      return answer
        .getChild("pubsub")
        ?.getChild("items")
        ?.getChild("item")
        ?.getChild("metadata", "urn:xmpp:avatar:metadata")
        ?.getChild("info");
    };
    await set({ type: "image/png", base64: icon.toString("base64") });
    await vi.waitFor(async () => expect(await avatar(ALICE.jid)).toMatchObject({ hash: sha1(icon) }), WAIT);
    expect((await info("first"))?.attrs).toMatchObject({ id: sha1(icon), bytes: String(icon.length) });
    // For clients that know vCards and presence only.
    const card = await bob.request(
      xml("iq", { type: "get", to: ALICE.jid, id: "alice-card" }, xml("vCard", { xmlns: "vcard-temp" })),
    );
    expect(card.getChild("vCard")?.getChild("PHOTO")?.getChildText("BINVAL")).toBe(icon.toString("base64"));
    await bob.waitFor((stanza) => stanza.attrs["from"]?.startsWith(`${ALICE.jid}/`) && photoOf(stanza) === sha1(icon));
    await set(null);
    await vi.waitFor(async () => expect(await avatar(ALICE.jid)).toBeNull(), WAIT);
    expect(await info("second")).toBeUndefined();
  });

  it("a contact's avatar is fetched from their server, however it was published, and is available after a restart", async () => {
    const icon = await readFile(join(import.meta.dirname, "..", "..", "..", "assets", "tray.png"));
    await bob.request(
      xml(
        "iq",
        { type: "set", id: "own-card" },
        xml(
          "vCard",
          { xmlns: "vcard-temp" },
          xml("PHOTO", {}, xml("TYPE", {}, "image/png"), xml("BINVAL", {}, icon.toString("base64"))),
        ),
      ),
    );
    await bob.send(xml("presence", {}, xml("x", { xmlns: "vcard-temp:x:update" }, xml("photo", {}, sha1(icon)))));
    await vi.waitFor(async () => expect(await avatar(BOB.jid)).toMatchObject({ hash: sha1(icon) }), WAIT);
    await alice.quit();
    await bob.stop();
    await alice.startAgain();
    expect(await avatar(BOB.jid)).toMatchObject({ hash: sha1(icon), type: "image/png" });
  });
});

const photoOf = (presence: Element): string | undefined =>
  presence.getChild("x", "vcard-temp:x:update")?.getChildText("photo") ?? undefined;
