/** A fresh Jackdaw in a process of its own, for the catch-up benchmark: signs in, drains the archive, and tells. */
import { readFileSync } from "node:fs";
import type { BareJid } from "../shared/jid.ts";
import type { EventName, EventPayload } from "../shared/ipc.ts";
import type { Account } from "../shared/model/account.ts";
import { createCore } from "../electron/app/core.ts";
import type { Host } from "../electron/app/ports.ts";

export interface Drained {
  /** From online to the last page committed. */
  seconds: number;
  /** Of all threads of the process meanwhile: tells more than the time does where others use the machine too. */
  cpuSeconds: number;
  peakMb: number;
}

const { folder, port, fingerprint, messages, chats } = JSON.parse(process.argv[2]!) as {
  folder: string;
  port: number;
  fingerprint: string;
  messages: number;
  chats: number;
};
// Whoever started us is gone.
process.once("disconnect", () => process.exit(1));

const secrets = new Map<string, Uint8Array>();
let heard: (account: Account) => void = () => undefined;
const host: Host = {
  kind: "browser",
  dataFolder: folder,
  backupFolder: folder,
  downloadFolder: folder,
  version: "0",
  locale: "en",
  secretBox: { load: async (name) => secrets.get(name) ?? null, save: async (name, secret) => void secrets.set(name, secret) },
  notify: () => undefined,
  setBadge: () => undefined,
  openExternal: async () => undefined,
  publish<N extends EventName>(name: N, payload: EventPayload<N>) {
    if (name === "accounts.changed") for (const account of (payload as EventPayload<"accounts.changed">).changed) heard(account);
  },
};
const until = (fits: (account: Account) => boolean): Promise<Account> =>
  new Promise((resolve) => (heard = (account) => void (fits(account) && resolve(account))));

const core = createCore(host);
await core.start();
const asked = until((account) => account.connection.state === "stopped");
const jid = "alice@localhost" as BareJid;
await core.handlers["account.signIn"]({ jid, password: "secret", advanced: { host: "127.0.0.1", port, security: "direct" } });
const { id } = await asked;
const online = until((account) => account.connection.state === "online");
await core.handlers["account.pinCertificate"]({ account: id, fingerprint });
await online;
const from = performance.now();
const cpuBefore = process.cpuUsage();
await until((account) => account.catchUp !== null);
await until((account) => account.catchUp === null);
const seconds = (performance.now() - from) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
// Before the count below, which is no part of catching up.
const drained: Drained = { seconds, cpuSeconds: (user + system) / 1e6, peakMb: peakMb() };

/** Most memory that was ever resident (proc(5), VmHWM); `maxRSS` would begin with that of the process that forked us. */
function peakMb(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))![1]) / 1024;
}

let [found, lines] = [0, 0];
for (let after: string | undefined | null = undefined; after !== null; ) {
  const page: Awaited<ReturnType<typeof list>> = await list(after);
  after = page.next;
  for (const chat of page.chats) {
    lines++;
    let { messages: held, older } = (await core.handlers["chat.open"]({ account: id, jid: chat.jid })).page;
    for (found += held.length; older !== null; found += held.length) {
      ({ messages: held, older } = await core.handlers["message.page"]({ account: id, jid: chat.jid, before: older, limit: 200 }));
    }
  }
}
function list(after: string | undefined) {
  return core.handlers["chat.page"]({ limit: 200, ...(after === undefined ? {} : { after }) });
}
if (found !== messages || lines !== chats) throw new Error(`${found} messages in ${lines} chats instead of ${messages} in ${chats}`);
await core.stop();
process.send!(drained, () => process.exit(0));
