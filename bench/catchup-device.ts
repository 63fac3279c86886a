/**
 * A Jackdaw in its own process for the catch-up benchmarks: reads the archive, on a fresh or a returning device, and
 * reports the time.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BareJid } from "../shared/jid.ts";
import type { EventName, EventPayload } from "../shared/ipc/index.ts";
import type { Account } from "../shared/model/account.ts";
import type { Message } from "../shared/model/message.ts";
import { createCore } from "../electron/app/core.ts";
import type { Host } from "../electron/app/host.ts";

export interface Drained {
  /** From online to the commit of the last page. */
  seconds: number;
  /** Processor time of all threads; more reliable than the time on a shared machine. */
  cpuSeconds: number;
  peakMb: number;
}

/** Passed on the command line. */
export interface Task {
  /** Its data folder. A device with data of an earlier run returns; otherwise it signs in. */
  folder: string;
  user: string;
  port: number;
  fingerprint: string;
  /** Expected number of messages at the end, all of them readable. */
  messages: number;
  chats: number;
  /** Keeps running after catching up until it gets a message. */
  stays?: boolean;
}

const { folder, user, port, fingerprint, messages, chats, stays } = JSON.parse(process.argv[2]!) as Task;
// The parent process has ended.
process.once("disconnect", () => process.exit(1));

/** The secrets are kept next to the store, which holds generated data only. */
const kept = join(folder, "secrets.json");
const returns = existsSync(kept);
const secrets = new Map<string, Uint8Array>(
  returns
    ? (JSON.parse(readFileSync(kept, "utf8")) as [string, string][]).map(([name, hex]) => [
        name,
        Buffer.from(hex, "hex"),
      ])
    : [],
);
let heard: (account: Account) => void = () => undefined;
const host: Host = {
  kind: "browser",
  dataFolder: folder,
  backupFolder: folder,
  downloadFolder: folder,
  version: "0",
  locale: "en",
  secretBox: {
    load: async (name) => secrets.get(name) ?? null,
    save: async (name, secret) => void secrets.set(name, secret),
  },
  notify: () => undefined,
  setBadge: () => undefined,
  openExternal: async () => undefined,
  publish<N extends EventName>(name: N, payload: EventPayload<N>) {
    if (name === "accounts.changed")
      for (const account of (payload as EventPayload<"accounts.changed">).changed) heard(account);
  },
};
const until = (fits: (account: Account) => boolean): Promise<Account> =>
  new Promise((resolve) => (heard = (account) => void (fits(account) && resolve(account))));

const core = createCore(host);
let online: Promise<Account>;
if (returns) {
  online = until((account) => account.connection.state === "online");
  await core.start();
} else {
  await core.start();
  const asked = until((account) => account.connection.state === "stopped");
  await core.handlers["account.signIn"]({
    jid: `${user}@localhost` as BareJid,
    password: "secret",
    advanced: { host: "127.0.0.1", port, security: "direct" },
  });
  const { id: account } = await asked;
  online = until((one) => one.connection.state === "online");
  await core.handlers["account.pinCertificate"]({ account, fingerprint });
}
const { id } = await online;
const from = performance.now();
const cpuBefore = process.cpuUsage();
await until((account) => account.catchUp !== null);
await until((account) => account.catchUp === null);
const seconds = (performance.now() - from) / 1000;
const spent = process.cpuUsage(cpuBefore);
// Taken before the count below, which is not part of catching up.
const drained: Drained = { seconds, cpuSeconds: (spent.user + spent.system) / 1e6, peakMb: peakMb() };

/** Peak resident memory (proc(5), VmHWM); `maxRSS` would start with that of the forking process. */
function peakMb(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))![1]) / 1024;
}

/** Counts the readable messages. */
const readable = (held: readonly Message[]): number =>
  held.filter(({ body, protection }) => body !== "" && (protection.kind !== "omemo" || protection.problem === null))
    .length;
let [found, lines] = [0, 0];
for (let after: string | undefined | null = undefined; after !== null;) {
  const page: Awaited<ReturnType<typeof list>> = await list(after);
  after = page.next;
  for (const chat of page.chats) {
    lines++;
    let { messages: held, older } = (await core.handlers["chat.open"]({ account: id, jid: chat.jid })).page;
    for (found += readable(held); older !== null; found += readable(held)) {
      ({ messages: held, older } = await core.handlers["message.page"]({
        account: id,
        jid: chat.jid,
        before: older,
        limit: 200,
      }));
    }
  }
}
function list(after: string | undefined) {
  return core.handlers["chat.page"]({ limit: 200, ...(after === undefined ? {} : { after }) });
}
if (stays) {
  const told = new Promise((resolve) => process.once("message", resolve));
  process.send!(drained);
  await told;
}
if (found !== messages || lines !== chats)
  throw new Error(`${found} readable messages in ${lines} chats instead of ${messages} in ${chats}`);
await core.stop();
writeFileSync(kept, JSON.stringify([...secrets].map(([name, secret]) => [name, Buffer.from(secret).toString("hex")])), {
  mode: 0o600,
});
process.send!(drained, () => process.exit(0));
