/**
 * Two devices of ours and one of the contact's, all of them Jackdaws behind bad networks, all writing encrypted. Two of
 * them are there from the start so that every message is for both; the sessions begin while all begin to write.
 */
import xml from "@xmpp/xml";
import { connectPeer } from "../peers/peer.ts";
import { mendedC2s } from "../peers/servers/prosody-c2s.ts";
import type { Chance } from "./chance.ts";
import type { Device } from "./core/device.ts";
import type { Sender } from "./reading/judge.ts";
import { keepSending, type Sending } from "./sending.ts";
import { alice, bob, setStage, type World } from "./world.ts";

/** Somebody who only asks whether the server is done. */
const watcher = { jid: "watcher@localhost", password: "watches" };
/** Devices hear of one another in this time, in ms. */
const ACQUAINTED_MS = 30_000;
/** Nobody writes on while so many of his messages wait for the server; a slow machine would never catch up. */
const MOST_WAITING = 20;
/** But no longer than this, in ms: he may have died before he could say that they arrived. */
const WAIT_MS = 1_000;

/**
 * @param options.chance for the pauses between messages
 * @param options.pause about how long these are, in ms; our two devices share what the contact's writes alone
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
    // What the stock one does to a resumed session is a matter of the plain suite; here it would only cost time.
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
        // Two rounds: what came in while the first was answered is dealt with before the second.
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

/** Settles when a device knows all devices that its messages are for. */
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
