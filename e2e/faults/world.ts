/** The participants of a run: the server, our devices, each behind its own faulty network, and the senders. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BareJid } from "../../shared/jid.ts";
import { befriend } from "../peers/befriend.ts";
import { connectPeer } from "../peers/peer.ts";
import { freePorts } from "../peers/servers/ports.ts";
import { startProsody, type Prosody } from "../peers/servers/prosody.ts";
import { createDevice, type Device } from "./core/device.ts";
import type { Sender } from "./reading/judge.ts";
import { startProxy, type FaultProxy } from "./network/proxy.ts";
import type { Where } from "./core/author.ts";
import type { Script } from "./writing/choose.ts";
import type { Sending } from "./writing/sending.ts";
import type { Ledger, Place } from "./writing/written.ts";

export const alice = { jid: "alice@localhost" as BareJid, password: "secret", name: "Alice" };
export const bob = { jid: "bob@localhost" as BareJid, password: "hidden", name: "Bob" };

/** Prosody's internal storage reads the whole archive for each query; `muc_log` is that of rooms. */
const STORAGE = `storage = { archive = "sql"; muc_log = "sql" }; sql = { driver = "SQLite3", database = "prosody.sqlite" }; max_archive_query_results = 200`;

/** A Jackdaw and the network between it and the server. */
export interface Member {
  readonly device: Device;
  readonly proxy: FaultProxy;
  /** Senders whose messages show that it receives. */
  readonly hears: readonly Sender[];
}

/** The participants without a network that could be stalled. */
interface Outside {
  /** Resolves when they have nothing in flight and the server has processed everything it received from anybody. */
  settle(): Promise<void>;
  /** The server was restarted: pending requests will not be answered, and they may go on. */
  restarted(): void;
}

export interface World {
  readonly server: Prosody;
  readonly members: readonly Member[];
  readonly outside: Outside;
  readonly sending: Readonly<Record<Sender, Sending>>;
  readonly ledger: Ledger;
  /** What is written at each place. */
  readonly script: Script;
  /** Makes the server end the session of a device, which must be unreachable at that time. */
  forgetSession(device: Device): Promise<void>;
  /** The server's archive of our account, if it is readable. */
  ownArchive(): Promise<string[]>;
  remove(): Promise<void>;
}

interface Casting {
  name: Sender;
  user: typeof alice;
  where: Readonly<Partial<Record<Place, Where>>>;
  hears: readonly Sender[];
}

export interface Stage extends Pick<World, "server" | "members" | "forgetSession" | "remove"> {
  member(name: Sender): Member;
}

interface StageOptions {
  cast: readonly Casting[];
  /** Further accounts with their passwords. */
  extras?: Record<string, string>;
  /** Modules that replace the server's own. */
  modules?: Record<string, string>;
  /** Level of the server's log. */
  log: "debug" | "info";
}

/** Starts the server and signs in every Jackdaw. */
export async function setStage({ cast, extras, modules = {}, log }: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "jackdaw-faults-"));
  const server = await startProsody({
    accounts: { alice: alice.password, bob: bob.password, ...extras },
    extraConfig: STORAGE,
    modules,
    log,
  });
  await befriend(server, alice, bob);
  const ports = await freePorts(cast.length);
  const members = await Promise.all(
    cast.map(async ({ name, user: { jid, password }, where, hears }, index): Promise<Member> => {
      const dataFolder = join(folder, name);
      mkdirSync(dataFolder);
      const proxy = await startProxy(server.port);
      const device = createDevice({ name, dataFolder, port: ports[index]!, where });
      await device.begin({
        jid,
        password,
        advanced: { host: "127.0.0.1", port: proxy.port },
        fingerprint: server.certificateFingerprint,
      });
      return { device, proxy, hears };
    }),
  );
  return {
    server,
    members,
    member: (name) => memberOf(members, name),
    async forgetSession({ name, resource }) {
      const { jid, password } = cast.find((one) => one.name === name)!.user;
      // Another client takes the resource, so the server discards the old session (RFC 6120 §7.7.2.2).
      const other = await connectPeer({ server, jid, password, resource });
      await other.stop();
    },
    async remove() {
      await Promise.allSettled(members.map(({ device }) => device.stop()));
      await Promise.all(members.map(({ proxy }) => proxy.close()));
      await server.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function memberOf(members: readonly Member[], name: Sender): Member {
  const found = members.find(({ device }) => device.name === name);
  if (found === undefined) throw new Error(`${name} is no Jackdaw`);
  return found;
}

/** Begins a session of the device that does not continue the last. */
export async function renewSession(stage: Pick<World, "forgetSession">, { device, proxy }: Member): Promise<void> {
  proxy.refuse();
  proxy.cut();
  await device.until("losing its connection", () => device.account.connection.state !== "online", 20_000);
  await stage.forgetSession(device);
  proxy.clear();
  const timer = setInterval(() => device.hurry(), 25);
  await device
    .until("a new session", () => device.account.connection.state === "online", 60_000)
    .finally(() => clearInterval(timer));
}
