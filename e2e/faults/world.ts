/** Everything that takes part: the server, the bad network, two own devices, and the contact. All of them are writing. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BareJid } from "../../shared/jid.ts";
import { befriend } from "../peers/befriend.ts";
import { connectPeer } from "../peers/peer.ts";
import { freePorts } from "../peers/ports.ts";
import { startProsody, type Prosody } from "../peers/prosody.ts";
import type { Chance } from "./chance.ts";
import { startCorrespondent, type Correspondent } from "./correspondent.ts";
import { createDevice, type Device } from "./device.ts";
import { senders, type Sender } from "./judge.ts";
import { readArchive } from "./peer-archive.ts";
import { startProxy, type FaultProxy } from "./proxy.ts";
import { keepSending, type Sending } from "./sending.ts";

const alice = { jid: "alice@localhost" as BareJid, password: "secret", name: "Alice" };
const bob = { jid: "bob@localhost" as BareJid, password: "hidden", name: "Bob" };
/** The contact, as the window names it. */
export const CONTACT = bob.name;

/** Its internal storage reads an archive as a whole for each question. */
const STORAGE = `storage = { archive = "sql" }; sql = { driver = "SQLite3", database = "prosody.sqlite" }; max_archive_query_results = 200`;

export interface World {
  readonly server: Prosody;
  /** The bad network in front of device one. */
  readonly proxy: FaultProxy;
  readonly one: Device;
  /** The network of device two, which is mostly good. */
  readonly otherProxy: FaultProxy;
  /** Its process and its window live through everything. */
  readonly two: Device;
  readonly peer: Correspondent;
  readonly sending: Record<Sender, Sending>;
  /** Ends the session of a device at the server, which must be unreachable for it just now. */
  forgetSession(device: Device): Promise<void>;
  /** What the server itself keeps for our account. */
  ownArchive(): Promise<string[]>;
  remove(): Promise<void>;
}

/**
 * @param options.chance for the pauses between messages
 * @param options.pause about how long these are, in ms
 * @param options.log level of the server's log
 */
export async function createWorld({ chance, pause, log }: { chance: Chance; pause: number; log: "debug" | "info" }): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "jackdaw-faults-"));
  const server = await startProsody({ accounts: { alice: alice.password, bob: bob.password }, extraConfig: STORAGE, log });
  await befriend(server, alice, bob);
  const [proxy, otherProxy] = await Promise.all([startProxy(server.port), startProxy(server.port)]);
  const ports = await freePorts(2);
  const devices = (["one", "two"] as const).map((name, index) => {
    const dataFolder = join(folder, name);
    mkdirSync(dataFolder);
    return createDevice({ name, dataFolder, port: ports[index]!, contact: bob.jid });
  });
  const [one, two] = devices as [Device, Device];
  const sign = (device: Device, port: number): Promise<void> =>
    device.begin({ jid: alice.jid, password: alice.password, advanced: { host: "127.0.0.1", port }, fingerprint: server.certificateFingerprint });
  const [peer] = await Promise.all([
    startCorrespondent({ server, jid: bob.jid, password: bob.password, contact: alice.jid }),
    sign(one, proxy.port),
    sign(two, otherProxy.port),
  ]);
  const writers: Record<Sender, { deliver(number: number): Promise<void> }> = { peer, one, two };
  const wait = (): number => chance.between(pause / 2, pause * 1.5);
  const sending = Object.fromEntries(senders.map((name) => [name, keepSending((number) => writers[name].deliver(number), wait)])) as Record<Sender, Sending>;

  return {
    server,
    proxy,
    otherProxy,
    one,
    two,
    peer,
    sending,
    async forgetSession({ resource }) {
      // Another client that takes the resource (RFC 6120 §7.7.2.2): the server throws the old session away.
      const other = await connectPeer({ server, jid: alice.jid, password: alice.password, resource });
      await other.stop();
    },
    async ownArchive() {
      const reader = await connectPeer({ server, jid: alice.jid, password: alice.password, resource: "reader" });
      return readArchive(reader, reader.request, bob.jid).finally(() => reader.stop());
    },
    async remove() {
      await Promise.allSettled([peer.stop(), one.stop(), two.stop()]);
      await Promise.all([proxy.close(), otherProxy.close()]);
      await server.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
