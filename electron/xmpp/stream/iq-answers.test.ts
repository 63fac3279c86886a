import xml, { type Element } from "@xmpp/xml";
import { describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { disco } from "../services/disco.ts";
import { account, fixture, stanza } from "../testing/feature.ts";
import { createIqAnswers } from "./iq-answers.ts";
import type { IqHandler } from "../feature.ts";
import { ping } from "../services/ping.ts";
import { type Feature } from "../feature.ts";
import { NotConnected } from "../stream.ts";
import { roster } from "../roster/roster.ts";
import { StanzaTooLarge } from "./stanza-limit.ts";
import { time } from "../services/time.ts";
import { version } from "../services/version.ts";

const QUESTIONS = {
  ping: "<ping xmlns='urn:xmpp:ping'/>",
  info: "<query xmlns='http://jabber.org/protocol/disco#info'/>",
  items: "<query xmlns='http://jabber.org/protocol/disco#items'/>",
  version: "<query xmlns='jabber:iq:version'/>",
  time: "<time xmlns='urn:xmpp:time'/>",
};
const salon = "salon@muc.example.org";
const left = "left@muc.example.org";
/** A room in the contact list. */
const listed = "listed@muc.example.org";

function make(given: { handlers?: IqHandler[]; send?: (answer: Element) => Promise<void> } = {}) {
  const it = fixture();
  const all: Feature[] = [
    ping(it.ports, { dead: () => undefined, silentFor: () => 0 }),
    disco(() => all, { name: "Jackdaw" }),
    version({ name: "Jackdaw", version: "1" }),
    time(),
    roster(it.ports, async () => null),
  ];
  const unanswered = vi.fn((_what: string) => undefined);
  const answer = createIqAnswers({
    account,
    features: given.handlers === undefined ? all : [{ answers: given.handlers }],
    emit: async (event) => void (event.type === "refused" && unanswered(event.what)),
    send: given.send ?? (async (one) => void it.sent.push(one)),
    seesPresence: (jid) => jid === "bob@example.net" || jid === listed,
    isRoom: (jid) => jid.endsWith("@muc.example.org"),
    isJoined: (room: BareJid) => room === salon || room === listed,
  });
  return { ...it, unanswered, answer };
}
const iq = (child: string, from: string | null, id = "q"): Element =>
  stanza(`<iq type='get' id='${id}' to='${account}/balcony'${from === null ? "" : ` from='${from}'`}>${child}</iq>`);

describe("IQ answers reveal our presence only to authorized senders", () => {
  const ALL = Object.keys(QUESTIONS);
  it.each<[string, string | null, string[]]>([
    ["our server, for our account", null, ALL],
    ["our server", "example.org", ALL],
    ["another device of ours", `${account}/phone`, ALL],
    ["a contact who may see our presence", "bob@example.net/phone", ALL],
    ["an occupant of a room that we are in", `${salon}/Mallory`, ["ping", "info", "items"]],
    ["a room that we are in", salon, ["ping", "info", "items"]],
    ["an occupant of a room that is in the contacts, too", `${listed}/Mallory`, ["ping", "info", "items"]],
    ["an occupant of a room that we have left", `${left}/Mallory`, []],
    ["a stranger", "mallory@evil.example/x", []],
    ["a stranger of our own server", "mallory@example.org/x", []],
    ["another server", "evil.example", []],
    ["a look-alike of our server", "example.org.evil.example", []],
  ])("answers %s as permitted", async (_, from, expected) => {
    const { answer, sent } = make();
    for (const question of Object.values(QUESTIONS)) await answer(iq(question, from));
    expect(ALL.filter((_name, at) => sent[at]!.attrs["type"] === "result")).toEqual(expected);
  });

  it("answers a stranger as if we were offline (RFC 6121 §8.5.3.2)", async () => {
    const { answer, sent } = make();
    for (const question of [...Object.values(QUESTIONS), "<query xmlns='urn:unknown'/>"])
      await answer(iq(question, "mallory@evil.example/x"));
    expect(new Set(sent.map(String))).toEqual(
      new Set([
        '<iq type="error" id="q" to="mallory@evil.example/x"><error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>',
      ]),
    );
  });
});

describe("an IQ always counts as handled", () => {
  it.each([
    ["too long", "i".repeat(1_025)],
    ["of 230,000 characters", "i".repeat(230_000)],
    ["empty", ""],
  ])("sends no answer to an IQ whose id is %s", async (_, id) => {
    const { answer, sent, unanswered } = make();
    await answer(
      xml("iq", { type: "get", id, from: "bob@example.net/phone" }, xml("ping", { xmlns: "urn:xmpp:ping" })),
    );
    expect([sent.length, unanswered.mock.calls.length]).toEqual([0, 1]);
  });

  it("sends no answer to an IQ without id or with an invalid sender", async () => {
    const { answer, sent, unanswered } = make();
    await answer(stanza("<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>"));
    await answer(iq(QUESTIONS.ping, "@@@"));
    expect([sent.length, unanswered.mock.calls.length]).toEqual([0, 2]);
  });

  it.each([
    ["too large", new StanzaTooLarge(300_000, 262_144)],
    ["for a closed stream", new NotConnected()],
    ["impossible to store", new Error("disk full")],
  ])("logs an answer that is %s, without throwing", async (_, error) => {
    const { answer, unanswered } = make({ send: () => Promise.reject(error) });
    await answer(iq(QUESTIONS.ping, null));
    await answer(iq(QUESTIONS.ping, "mallory@evil.example/x"));
    expect(unanswered).toHaveBeenCalledTimes(2);
  });

  it("answers with internal-server-error when a handler throws", async () => {
    const broken: IqHandler = {
      type: "get",
      name: "x",
      xmlns: "urn:x",
      audience: "presence",
      answer: () => {
        throw new TypeError("undefined is not a function");
      },
    };
    const { answer, sent } = make({ handlers: [broken] });
    await answer(iq("<x xmlns='urn:x'/>", null));
    expect(sent[0]!.getChild("error")!.getChild("internal-server-error")).toBeDefined();
  });
});
