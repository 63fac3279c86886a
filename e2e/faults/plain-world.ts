/** Two devices of ours, and a contact on an independent client with a good connection. All send plaintext. */
import { connectPeer } from "../peers/peer.ts";
import type { Chance } from "./chance.ts";
import { startCorrespondent, type Correspondent } from "./outside/correspondent.ts";
import type { Device } from "./core/device.ts";
import { senders, type Sender } from "./reading/judge.ts";
import { readArchive } from "./outside/peer-archive.ts";
import { birds, enterRoom, makeRoom, occupantOf } from "./rooms.ts";
import { startWriters } from "./writing/writers.ts";
import { createLedger } from "./writing/written.ts";
import type { Author, Script } from "./writing/choose.ts";
import { alice, bob, setStage, type World } from "./world.ts";

/** The names of the conversations in the window. */
export const NAMES = { contact: bob.name, room: birds.name, private: `${bob.name} \\(${birds.name}\\)` } as const;

const SCRIPT: Script = {
  contact: ["text", "correction", "retraction", "reaction"],
  room: ["text", "correction", "retraction", "reaction"],
  // What was written to an occupant cannot be changed: somebody else may have the nickname now.
  private: ["text"],
};

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
  const where = {
    contact: { jid: bob.jid, encryption: "none" },
    room: { jid: birds.jid, encryption: "none" },
    private: { jid: occupantOf(birds, bob.name), encryption: "none" },
  } as const;
  const cast = (["one", "two"] as const).map((name) => ({ name, user: alice, where, hears: ["peer"] as const }));
  const stage = await setStage({ cast, log });
  const { server } = stage;
  const [one, two] = [stage.member("one").device, stage.member("two").device];
  await makeRoom(one, birds, alice.name, []);
  await enterRoom(two, birds, alice.name);
  const { jid, password } = bob;
  const names = { contact: alice.jid, room: birds.jid, nickname: bob.name, other: alice.name };
  const peer = await startCorrespondent({ server, jid, password, ...names });
  for (const device of [one, two]) await device.openPlaces();
  const ledger = createLedger();
  const authors: Record<Sender, Author> = { peer: peer.author, one: one.author, two: two.author };
  const wait = (): number => chance.between(pause / 2, pause * 1.5);
  const pauses = Object.fromEntries(senders.map((name) => [name, wait])) as Record<Sender, () => number>;
  const sending = startWriters({ authors, ledger, script: SCRIPT, chance, pauses, members: stage.members });

  return {
    ...stage,
    one,
    two,
    peer,
    ledger,
    script: SCRIPT,
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
      const archive = await readArchive(reader, reader.request, {}).finally(() => reader.stop());
      return archive.map(({ archiveId, message }) => `${archiveId} ${message}`);
    },
    async remove() {
      await peer.stop();
      await stage.remove();
    },
  };
}
