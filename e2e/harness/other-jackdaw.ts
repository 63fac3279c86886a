/**
 * A second Jackdaw as the other side of a chat: the built host on its own data folder, driven by the window's commands.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareJid } from "../../shared/jid.ts";
import type { Account } from "../../shared/model/account.ts";
import type { Device, Encryption } from "../../shared/model/encryption.ts";
import type { Message } from "../../shared/model/message.ts";
import type { Prosody } from "../peers/servers/prosody.ts";
import { startHost } from "./host.ts";
import { connectIpc, type IpcClient } from "./ipc-client.ts";
import { signIn } from "./sign-in.ts";
import { eventually } from "./window.ts";

export interface OtherJackdaw {
  readonly account: Account;
  /** Sends once the chat has this encryption: it waits for the contact's devices. @returns the stored message */
  say(to: string, body: string, encryption: Encryption): Promise<Message>;
  /** Waits for a message with this text in the chat. */
  hears(chat: string, body: string): Promise<Message>;
  /** Waits for a matching message among the newest of the chat. */
  has(chat: string, fits: (message: Message) => boolean): Promise<Message>;
  /** A user's devices, as it knows them. */
  devices(of: string): Promise<Device[]>;
  /** Its own device, once others can encrypt for it. */
  device(): Promise<Device & { fingerprint: string }>;
  /** The URI of its keys, for others to scan. */
  address(): Promise<string>;
  /** Any other command of the window. */
  readonly call: IpcClient["call"];
  /** Stops it and removes its folder. */
  stop(): Promise<void>;
}

/** Signs in with an existing account of the server. */
export async function startOtherJackdaw(server: Prosody, jid: string, password: string): Promise<OtherJackdaw> {
  const dataFolder = mkdtempSync(join(tmpdir(), "jackdaw-other-"));
  const host = await startHost({ dataFolder });
  const ipc = await connectIpc(host.address);
  const account = await signIn(ipc, {
    jid,
    password,
    advanced: { host: "127.0.0.1", port: server.port },
    fingerprint: server.certificateFingerprint,
  });
  const chat = (with_: string) => ({ account: account.id, jid: bareJid(with_) });
  const devices = async (of: string): Promise<Device[]> => (await ipc.call("device.list", chat(of))).devices;
  const has: OtherJackdaw["has"] = (from, fits) =>
    eventually(async () => {
      const { messages } = (await ipc.call("chat.open", chat(from))).page;
      const found = messages.find(fits);
      if (found === undefined) throw new Error(`${jid} has only ${JSON.stringify(messages.slice(-5))}`);
      return found;
    });

  return {
    account,
    devices,
    call: (name, args) => ipc.call(name, args),
    async say(to, body, encryption) {
      await eventually(async () => {
        const { chat: there } = await ipc.call("chat.open", chat(to));
        if (there.encryption !== encryption) throw new Error(`the chat with ${to} has encryption ${there.encryption}`);
      });
      return ipc.call("message.send", { ...chat(to), body, encryption });
    },
    has,
    hears: (from, body) => has(from, (one) => one.body === body),
    device: () =>
      eventually(async () => {
        const own = (await devices(jid)).find((one) => one.own);
        if (own === undefined || own.fingerprint === null) throw new Error(`${jid} has no device yet`);
        return { ...own, fingerprint: own.fingerprint };
      }),
    address: async () => (await ipc.call("device.address", { account: account.id })).uri,
    async stop() {
      ipc.close();
      await host.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
