/**
 * Two devices of ours and one of the contact, all Jackdaws behind faulty networks, all sending encrypted. All devices
 * exist from the start, so every message is encrypted for all; the sessions start while all begin to send. Reactions,
 * which OMEMO 0.3 does not encrypt, are sent in a room that is not encrypted.
 */
import xml from "@xmpp/xml";
import { connectPeer } from "../peers/peer.ts";
import { mendedC2s } from "../peers/servers/prosody-c2s.ts";
import type { Chance } from "./chance.ts";
import type { Where } from "./core/author.ts";
import type { Device } from "./core/device.ts";
import type { Sender } from "./reading/judge.ts";
import { birds, enterRoom, flock, makeRoom, occupantOf } from "./rooms.ts";
import { startWriters } from "./writing/writers.ts";
import { createLedger, type Place } from "./writing/written.ts";
import type { Script } from "./writing/choose.ts";
import { alice, bob, setStage, type World } from "./world.ts";

/** A client that only asks whether the server has processed everything. */
const watcher = { jid: "watcher@localhost", password: "watches" };
/** Limit for the devices to learn of each other, in ms. */
const ACQUAINTED_MS = 30_000;
const SCRIPT: Script = {
  contact: ["text", "correction", "retraction"],
  room: ["text", "correction", "retraction"],
  private: ["text"],
  channel: ["text", "reaction"],
};

const whereOf = (other: typeof alice): Record<Place, Where> => ({
  contact: { jid: other.jid, encryption: "omemo" },
  room: { jid: flock.jid, encryption: "omemo" },
  private: { jid: occupantOf(flock, other.name), encryption: "none" },
  channel: { jid: birds.jid, encryption: "none" },
});

/**
 * @param options.chance for the pauses between messages
 * @param options.pause their average length for the contact, in ms; our two devices together send at that rate
 */
export async function createEncryptedWorld({ chance, pause }: { chance: Chance; pause: number }): Promise<World> {
  const stage = await setStage({
    cast: [
      { name: "one", user: alice, where: whereOf(bob), hears: ["peer", "two"] },
      { name: "two", user: alice, where: whereOf(bob), hears: ["peer", "one"] },
      { name: "peer", user: bob, where: whereOf(alice), hears: ["one", "two"] },
    ],
    extras: { watcher: watcher.password },
    // How the stock module treats a resumed session is tested by the plain suite; here it would only cost time.
    modules: await mendedC2s(),
    log: "info",
  });
  const device = (name: Sender): Device => stage.member(name).device;
  for (const room of [flock, birds]) {
    await makeRoom(device("one"), room, alice.name, room === flock ? [bob.jid] : []);
    await enterRoom(device("two"), room, alice.name);
    await enterRoom(device("peer"), room, bob.name);
  }
  await Promise.all(stage.members.map((member) => acquainted(member.device)));
  for (const member of stage.members) await member.device.openPlaces();
  const ledger = createLedger();
  const wait = (ms: number) => () => chance.between(ms / 2, ms * 1.5);
  const sending = startWriters({
    authors: { peer: device("peer").author, one: device("one").author, two: device("two").author },
    ledger,
    script: SCRIPT,
    chance,
    pauses: { peer: wait(pause), one: wait(pause * 2), two: wait(pause * 2) },
    members: stage.members,
  });
  return {
    ...stage,
    ledger,
    script: SCRIPT,
    sending,
    outside: {
      async settle() {
        const asking = await connectPeer({ server: stage.server, ...watcher, resource: "asking" });
        // Two rounds: what the server received during the first is processed before the second.
        for (let round = 0; round < 2; round++) {
          await asking.request(
            xml(
              "iq",
              { type: "get", id: crypto.randomUUID(), to: "localhost" },
              xml("ping", { xmlns: "urn:xmpp:ping" }),
            ),
          );
        }
        await asking.stop();
      },
      restarted: () => undefined,
    },
    ownArchive: () => Promise.resolve(["nobody but its devices can read it"]),
  };
}

/** Resolves when a device knows all devices that its messages are for. */
async function acquainted(device: Device): Promise<void> {
  const until = performance.now() + ACQUAINTED_MS;
  for (;;) {
    const [ours, theirs] = await Promise.all([device.omemoDevices(alice.jid), device.omemoDevices(bob.jid)]);
    const room = device.rooms.get(flock.jid)?.encryption;
    const isRoomReady = room?.obstacle === null && room.withoutCount === 0;
    if (ours.length === 2 && theirs.length === 1 && isRoomReady) return;
    if (performance.now() > until)
      throw new Error(
        `device ${device.name} knows ${ours.length} devices of Alice's and ${theirs.length} of Bob's, and of the room ${JSON.stringify(room)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
