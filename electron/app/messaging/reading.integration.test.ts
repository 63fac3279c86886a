/**
 * Reads the messages of other clients over a real Prosody: the same stanza live, as a carbon (XEP-0280), in a room, and
 * all of them again from the archives (XEP-0313).
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { befriend } from "../../../e2e/peers/befriend.ts";
import type { Peer } from "../../../e2e/peers/peer.ts";
import { startProsody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import { stanza } from "../../xmpp/testing/feature.ts";
import { ALICE, BOB, WAIT, type Device } from "../testing/device.ts";
import { enterRoom, isInRoom, makeRoom } from "../testing/room.ts";
import { World } from "../testing/world.ts";

const room = "tea@conference.localhost" as BareJid;
const STORE = "<store xmlns='urn:xmpp:hints'/>";

let world: World;
let alice: Device;
let bob: Peer;
/** Another device of Alice: the first one receives carbons of messages to it. */
let phone: Peer;

beforeAll(async () => {
  world = new World(await startProsody({ accounts: { alice: "secret", bob: "hidden" }, without: ["offline"] }));
  await befriend(world.server, ALICE, BOB);
  alice = await world.device();
  bob = await world.client("bob", "hidden");
  phone = await world.client("alice", "secret");
  await makeRoom(alice, room, { nickname: "Alice", name: "Tea", kind: "channel" });
  await enterRoom(bob, room, "Bob");
});
afterAll(() => world?.end());

/** The visible content of a message. */
function show({ body, editedAt, files, protection, retracted }: Message): string {
  if (retracted !== null) return "(gone)";
  if (body === "" && editedAt !== null) return "(emptied)";
  return protection.kind === "unreadable"
    ? `(${protection.reason}: ${protection.method ?? "?"})`
    : [body, ...files.map(({ name }) => `[${name}]`)].join(" ");
}
const shows = (one: Device, jid: Jid, expected: string[]) =>
  vi.waitFor(async () => expect((await one.all(jid)).map(show)).toEqual(expected), WAIT);

let sent = 0;
async function send(to: string, type: string, inner: string): Promise<void> {
  // Replaces `LAST` by the id of the previous message.
  const content = inner.replaceAll("LAST", `s${sent}`);
  await bob.send(stanza(`<message to='${to}' type='${type}' id='s${++sent}'>${content}${STORE}</message>`));
}

interface Case {
  title: string;
  /** The content of each stanza. */
  script: string[];
  /** What the chat shows of it. */
  shown: string[];
}
const CASES: Case[] = [
  {
    title: "a message in an encryption that we do not support is kept and names it (XEP-0380 §4)",
    script: [
      "<openpgp xmlns='urn:xmpp:openpgp:0'>QUJD</openpgp><encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:openpgp:0'/>",
      "<body>?OTRv2?\nBob wants to encrypt with you.</body>",
      "<body>I sent you a message in MLS.</body><encryption xmlns='urn:xmpp:eme:0' namespace='urn:example:mls' name='MLS'/>",
    ],
    shown: ["(encrypted: OpenPGP (XEP-0373))", "(encrypted: OTR)", "(encrypted: MLS)"],
  },
  {
    title: "the quotation of a reply is no word of its author (XEP-0428, XEP-0461)",
    script: [
      "<body>&gt; Alice: are you there?\nshe is on holiday</body><reply xmlns='urn:xmpp:reply:0' id='q1' to='alice@localhost'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='24'/></fallback>",
    ],
    shown: ["she is on holiday"],
  },
  {
    title: "a retraction in its older form takes the message back (XEP-0424 0.3)",
    script: [
      "<body>oops</body>",
      "<apply-to xmlns='urn:xmpp:fasten:0' id='LAST'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to><body>This person attempted to retract a previous message.</body>",
    ],
    shown: ["(gone)"],
  },
  {
    title: "a link, a file and formatted text are shown without a body, and blanks are not (XEP-0066, XEP-0071)",
    script: [
      "<x xmlns='jabber:x:oob'><url>https://a.example/cat</url><desc>All about cats</desc></x>",
      "<x xmlns='jabber:x:oob'><url>https://a.example/cat.png</url><desc>A cat</desc></x>",
      "<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'><p>Hello <em>all</em></p></body></html>",
      "<body> \n</body>",
    ],
    shown: ["All about cats\nhttps://a.example/cat", "A cat [cat.png]", "Hello all"],
  },
  {
    title: "a correction to an empty text empties the message (XEP-0308)",
    script: ["<body>secret</body>", "<body/><replace xmlns='urn:xmpp:message-correct:0' id='LAST'/>"],
    shown: ["(emptied)"],
  },
  {
    title: "a correction to an empty text of an unknown message shows nothing",
    script: ["<body/><replace xmlns='urn:xmpp:message-correct:0' id='unknown'/>"],
    shown: [],
  },
];

describe("the messages of other clients", () => {
  const chat: string[] = [];
  const groupchat: string[] = [];

  for (const { title, script, shown } of CASES) {
    it(`live, as a carbon and in a room: ${title}`, async () => {
      for (const inner of script) await send(ALICE.jid, "chat", inner);
      chat.push(...shown);
      await shows(alice, BOB.jid, chat);
      for (const inner of script) await send(phone.jid, "chat", inner);
      chat.push(...shown);
      await shows(alice, BOB.jid, chat);
      for (const inner of script) await send(room, "groupchat", inner);
      groupchat.push(...shown);
      await shows(alice, room, groupchat);
      // Quoting Alice does not mention her.
      expect(alice.chat(room)!.mentions).toBe(0);
    });
  }

  it("live and as a carbon: the subject is the first line (RFC 6121 §5.2.4)", async () => {
    for (const to of [ALICE.jid, phone.jid]) {
      await send(to, "chat", "<subject>Tea</subject><body>At five?</body>");
      await send(to, "chat", "<subject>Only a subject</subject>");
      chat.push("Tea\nAt five?", "Only a subject");
    }
    await shows(alice, BOB.jid, chat);
  });

  it("live and as a carbon: a proposed call leaves one line for each session id (XEP-0353)", async () => {
    const propose = (id: string): string =>
      `<propose xmlns='urn:xmpp:jingle-message:0' id='${id}'><description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/></propose>`;
    await send(ALICE.jid, "chat", propose("call1"));
    await send(ALICE.jid, "chat", propose("call1"));
    await send(phone.jid, "chat", propose("call2"));
    await send(ALICE.jid, "chat", "<retract xmlns='urn:xmpp:jingle-message:0' id='call1'/>");
    await send(ALICE.jid, "chat", "<body>no answer?</body>");
    chat.push("(call: ?)", "(call: ?)", "no answer?");
    await shows(alice, BOB.jid, chat);
  });

  it("an invitation with a body is a card, live and from the archive, and its password opens the room (XEP-0249)", async () => {
    const den = "den@conference.localhost" as BareJid;
    await enterRoom(bob, den, "Bob");
    await bob.request(
      stanza(
        `<iq type='set' to='${den}'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field><field var='muc#roomconfig_roomsecret'><value>s3cret</value></field></x></query></iq>`,
      ),
    );
    const invite = `<body>Bob invites you</body><x xmlns='jabber:x:conference' jid='${den}' password='s3cret'/>`;
    const invitations = async (): Promise<Jid[]> =>
      (await alice.core.handlers["invitation.list"]({})).invitations.map((one) => one.room);
    await send(ALICE.jid, "chat", invite);
    await vi.waitFor(async () => expect(await invitations()).toEqual([den]), WAIT);
    await alice.core.handlers["invitation.dismiss"]({ account: alice.account.id, room: den, tell: false });
    await alice.quit();
    await send(ALICE.jid, "chat", invite);
    await alice.startAgain();
    await vi.waitFor(async () => expect(await invitations()).toEqual([den]), WAIT);
    await shows(alice, BOB.jid, chat);
    const at = { account: alice.account.id, jid: den };
    await alice.core.handlers["room.join"]({ ...at, nickname: "Alice", password: null, autojoin: true });
    await isInRoom(alice, den);
  });

  it("from the archives on a new device: the same", async () => {
    const second = await world.device();
    await isInRoom(second, room);
    await shows(second, BOB.jid, chat);
    await shows(second, room, groupchat);
  });
});
