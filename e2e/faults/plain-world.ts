/** Two devices of ours, and a contact on an independent client with a good connection. All send plaintext. */
import { connectPeer } from "../peers/peer.ts";
import type { Chance } from "./chance.ts";
import { startCorrespondent, type Correspondent } from "./correspondent.ts";
import type { Device } from "./core/device.ts";
import { senders, type Sender } from "./reading/judge.ts";
import { readArchive } from "./reading/peer-archive.ts";
import { keepSending, type Sending } from "./sending.ts";
import { alice, bob, setStage, type World } from "./world.ts";

/** The contact's name in the window. */
export const CONTACT = bob.name;

interface PlainWorld extends World {
  readonly one: Device;
  /** Its process and its window live through all faults. */
  readonly two: Device;
  readonly peer: Correspondent;
}

/**
 * @param options.chance for the pauses between messages
 * @param options.pause their average length, in ms
 * @param options.log level of the server's log
 */
export async function createPlainWorld({
  chance,
  pause,
  log,
}: {
  chance: Chance;
  pause: number;
  log: "debug" | "info";
}): Promise<PlainWorld> {
  const cast = (["one", "two"] as const).map((name) => ({
    name,
    user: alice,
    contact: bob.jid,
    hears: ["peer"] as const,
  }));
  const stage = await setStage({ cast, encryption: "none", log });
  const { server } = stage;
  const peer = await startCorrespondent({ server, jid: bob.jid, password: bob.password, contact: alice.jid });
  const [one, two] = [stage.member("one").device, stage.member("two").device];
  const writers: Record<Sender, { deliver(number: number): Promise<void> }> = { peer, one, two };
  const wait = (): number => chance.between(pause / 2, pause * 1.5);
  const sending = Object.fromEntries(
    senders.map((name) => [name, keepSending((number) => writers[name].deliver(number), wait)]),
  ) as Record<Sender, Sending>;

  return {
    ...stage,
    one,
    two,
    peer,
    sending,
    outside: {
      async settle() {
        await sending.peer.pause();
        // Two rounds: what the server received during the first is processed before the second.
        await peer.ping();
        await peer.ping();
      },
      restarted() {
        peer.lost();
        sending.peer.resume();
      },
    },
    async ownArchive() {
      const reader = await connectPeer({ server, jid: alice.jid, password: alice.password, resource: "reader" });
      return readArchive(reader, reader.request, bob.jid).finally(() => reader.stop());
    },
    async remove() {
      await peer.stop();
      await stage.remove();
    },
  };
}
