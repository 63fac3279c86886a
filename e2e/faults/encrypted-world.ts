/**
 * Two devices of ours and one of the contact, all Jackdaws behind faulty networks, all sending encrypted. All devices
 * exist from the start, so every message is encrypted for all; the sessions start while all begin to send.
 */
import xml from "@xmpp/xml";
import { connectPeer } from "../peers/peer.ts";
import { mendedC2s } from "../peers/servers/prosody-c2s.ts";
import type { Chance } from "./chance.ts";
import type { Device } from "./core/device.ts";
import type { Sender } from "./reading/judge.ts";
import { keepSending, type Sending } from "./sending.ts";
import { alice, bob, setStage, type World } from "./world.ts";

/** A client that only asks whether the server has processed everything. */
const watcher = { jid: "watcher@localhost", password: "watches" };
/** Limit for the devices to learn of each other, in ms. */
const ACQUAINTED_MS = 30_000;
/** A device pauses while this many of its messages wait for the server; a slow machine would never catch up. */
const MOST_WAITING = 20;
/** Limit of that pause, in ms: the device may have died before it reported that they arrived. */
const WAIT_MS = 1_000;

/**
 * @param options.chance for the pauses between messages
 * @param options.pause their average length for the contact, in ms; our two devices together send at that rate
 */
export async function createEncryptedWorld({ chance, pause }: { chance: Chance; pause: number }): Promise<World> {
  const stage = await setStage({
    cast: [
      { name: "one", user: alice, contact: bob.jid, hears: ["peer", "two"] },
      { name: "two", user: alice, contact: bob.jid, hears: ["peer", "one"] },
      { name: "peer", user: bob, contact: alice.jid, hears: ["one", "two"] },
    ],
    encryption: "omemo",
    extras: { watcher: watcher.password },
    // How the stock module treats a resumed session is tested by the plain suite; here it would only cost time.
    modules: await mendedC2s(),
    log: "info",
  });
  await Promise.all(stage.members.map(({ device }) => acquainted(device)));
  const writes = (name: Sender, ms: number): Sending => {
    const { device } = stage.member(name);
    async function deliver(number: number): Promise<void> {
      await device.until("room", () => device.accepted >= number - MOST_WAITING, WAIT_MS).catch(() => undefined);
      await device.deliver(number);
    }
    return keepSending(deliver, () => chance.between(ms / 2, ms * 1.5));
  };
  return {
    ...stage,
    sending: { peer: writes("peer", pause), one: writes("one", pause * 2), two: writes("two", pause * 2) },
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
    if (ours.length === 2 && theirs.length === 1) return;
    if (performance.now() > until)
      throw new Error(`device ${device.name} knows ${ours.length} devices of Alice's and ${theirs.length} of Bob's`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
