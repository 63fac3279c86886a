/** Attack classes "nickname tricks" and "resource exhaustion" in rooms: a component plays a misbehaving room. */
import type { Attack } from "../attack.ts";
import { ITEM, MUC, MUC_USER, room, statuses, Voice } from "./voice.ts";
import { id, times, toRoom } from "./xml.ts";

const MANY_ATTRIBUTES = `<x xmlns="urn:evil" ${times(101, (at) => `a${at}="1" `)}/>`;
const DEEP = `<x xmlns="urn:evil">${"<x>".repeat(500)}${"</x>".repeat(500)}</x>`;
const KINDS_OF_CODES = [100, 170, 201, 210, 0, -1, 99999999999, "x", "", "constructor"];
/** ejabberd ends a session with more than 5,000 stanzas that are not acknowledged. */
const tooMuch = { endsStream: ["ejabberd"] } satisfies Partial<Attack>;
const CHANGES = [102, 103, 104, 170, 171, 172, 173];
const NICKNAMES = [
  "n".repeat(1_000),
  "\u0410lice",
  "Alice\u200b",
  "\u202eecilA",
  "a\u0315\u0300".repeat(200),
  "\u{1f468}\u200d".repeat(100),
  "a/b",
  "@",
];

function renamed(voice: Voice, at: number): string {
  const [old, fresh] = [at === 0 ? voice.nickname : `me${at}`, `me${at + 1}`];
  const item = `<item affiliation="member" role="participant" nick="${fresh}"/>`;
  return voice.gone(old, item + statuses([303, 110])) + voice.occupant(fresh, ITEM + statuses([110]));
}

function asksForVoice(at: number): string {
  const field = (name: string, value: string): string => `<field var="${name}"><value>${value}</value></field>`;
  const fields = [
    `<field var="FORM_TYPE" type="hidden"><value>${MUC}#request</value></field>`,
    field("muc#role", "participant"),
    field("muc#jid", `p${at}@localhost/x`),
    field("muc#roomnick", `p${at}`),
  ];
  return `<x xmlns="jabber:x:data" type="form">${fields.join("")}</x>`;
}

/** Two rooms that redirect to each other. */
const circle: Attack = {
  name: "redirects in a circle",
  where: "component",
  send: async ({ onEntering, victim }) => {
    for (const [one, other] of [
      ["circle-1", "circle-2"],
      ["circle-2", "circle-1"],
    ] as const) {
      const jid = `${one}@crowd.localhost`;
      const address = `xmpp:${other}@crowd.localhost?join`;
      onEntering(jid, (to, nickname) => new Voice(jid, to, nickname).refused("gone", address));
    }
    await victim.enter("circle-1@crowd.localhost");
  },
};

export const rooms: Attack[] = [
  room("codes", "status codes of all kinds and of none", (voice) => voice.in(KINDS_OF_CODES)),
  room("no-item", "presences without an item and without a nickname", (voice) => {
    const nameless = `<presence from="${voice.room}" to="${voice.to}"><x xmlns="${MUC_USER}">${ITEM}</x></presence>`;
    return voice.occupant("a", "") + nameless + voice.in();
  }),
  room("self-flood", "our own presence 3,000 times", (voice) => times(3_000, () => voice.self()) + voice.in()),
  room(
    "renames",
    "our nickname is changed 1,000 times",
    (voice) => voice.in() + times(1_000, (at) => renamed(voice, at)),
  ),
  room(
    "kicks",
    "we are kicked and let in 500 times",
    (voice) => times(500, () => voice.self() + voice.out([307])) + voice.in(),
  ),
  room("kicked", "we are kicked for a technical reason after each join", (voice) => voice.in() + voice.out([307, 333])),
  room("banned", "we are banned after each join", (voice) => voice.in() + voice.out([301])),
  room(
    "destroyed",
    "the room is destroyed in favour of itself",
    (voice) => voice.in() + voice.out([], `<destroy jid="${voice.room}"><reason>x</reason></destroy>`),
  ),
  circle,
  room("redirect", "redirects to itself", (voice) => voice.refused("redirect", `xmpp:${voice.room}?join`)),
  room("conflict", "our nickname is always taken", (voice) => voice.refused("conflict")),
  room("history", "a history of 3,000 messages, some of them poison", (voice) => {
    const history = times(3_000, (at) => voice.old(`old${at % 50}`, at % 500 === 0 ? MANY_ATTRIBUTES : ""));
    return voice.self() + history + voice.subject();
  }),
  room(
    "deep-history",
    "a history of messages with 500 levels of nesting",
    (voice) => voice.self() + times(20, () => voice.old("old", DEEP)) + voice.subject(),
  ),
  room(
    "subjects",
    "2,000 subjects, and one of 200 kB",
    (voice) => voice.self() + times(2_000, (at) => voice.subject(`subject ${at}`)) + voice.subject("s".repeat(200_000)),
  ),
  room(
    "changes",
    "1,000 changes of its configuration",
    (voice) =>
      voice.in() + times(1_000, (at) => voice.tells(`<x xmlns="${MUC_USER}">${statuses([CHANGES[at % 7]!])}</x>`)),
  ),
  room(
    "nicknames",
    "nicknames of a thousand characters, homoglyphs, and right to left",
    (voice) =>
      NICKNAMES.map((one) => voice.occupant(one) + voice.said(one, "<body>hello</body>")).join("") + voice.in(),
  ),
  room(
    "crowd-10000",
    "10,000 occupants",
    (voice) => times(10_000, (at) => voice.occupant(`person ${at}`)) + voice.in(),
    tooMuch,
  ),
  room(
    "revolving",
    "5,000 occupants who come and go",
    (voice) => voice.in() + times(5_000, (at) => voice.occupant(`p${at}`) + voice.gone(`p${at}`)),
    tooMuch,
  ),
  room("hats", "an occupant with 1,000 hats and items", (voice) => {
    const hats = times(1_000, (at) => `<hat uri="urn:${at}" title="${at}"/>`);
    const items = times(1_000, (at) => `<item affiliation="owner" role="moderator" jid="p${at}@localhost"/>`);
    return voice.occupant("hatter", items, `<hats xmlns="urn:xmpp:hats:0">${hats}</hats>`) + voice.in();
  }),
  room("ids", "occupant ids that are empty, 50 kB and 100 kB long", (voice) => {
    const idOf = (size: number): string => `<occupant-id xmlns="urn:xmpp:occupant-id:0" id="${"o".repeat(size)}"/>`;
    return [0, 50_000, 100_000].map((size) => voice.occupant(`o${size}`, ITEM, idOf(size))).join("") + voice.in();
  }),
  room(
    "voice",
    "1,000 requests for voice",
    (voice) => voice.in() + times(1_000, (at) => voice.tells(asksForVoice(at), "normal")),
  ),
  room("silent", "a join that is never answered", () => ""),
  {
    name: "a nickname of 1,000 characters, and fifty changes of it",
    where: "room message",
    send: ({ write, room: hall }) => {
      const nicknames = ["n".repeat(1_000), ...Array.from({ length: 50 }, (_, count) => `Mallory ${count}`), "Mallory"];
      for (const nickname of nicknames) write(`<presence to="${hall}/${nickname}"/>`);
    },
  },
  {
    name: "300 private messages",
    where: "room message",
    send: ({ write, room: hall, victim }) => {
      for (let count = 0; count < 300; count++) {
        const content = `<body>private ${count}</body><x xmlns="${MUC_USER}"/>`;
        write(`<message to="${hall}/${victim.nickname}" type="chat" id="${id()}">${content}</message>`);
      }
    },
  },
  {
    name: "forged moderations and a forged tombstone",
    where: "room message",
    send: (scene) => {
      const retract = "urn:xmpp:message-retract";
      const moderated = `<moderated xmlns="urn:xmpp:message-moderate:1"/><reason>${"r".repeat(50_000)}</reason>`;
      const inner = `<moderated xmlns="urn:xmpp:message-moderate:0"><retract xmlns="${retract}:0"/></moderated>`;
      toRoom(scene, `<apply-to xmlns="urn:xmpp:fasten:0" id="x">${inner}</apply-to>`);
      toRoom(scene, `<retract xmlns="${retract}:1" id="x">${moderated}</retract>`);
      toRoom(scene, `<retracted xmlns="${retract}:1" stamp="x" id="${"i".repeat(50_000)}"/>`);
    },
  },
];
