/**
 * One Jackdaw: a core in its own process, which may die at any moment. Drives it by the window's commands and events,
 * and determines after every crash whether a message was stored.
 */
import type { Account, Advanced, ConnectionState } from "../../../shared/model/account.ts";
import type { Device as OmemoDevice, Encryption } from "../../../shared/model/encryption.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { PAGE, type CommandInput, type CommandName, type CommandResult } from "../../../shared/ipc/index.ts";
import { signIn } from "../../harness/sign-in.ts";
import { startCore, type CoreChild } from "./core-child.ts";
import { numberIn, textOf, type Sender } from "../reading/judge.ts";

/** Limit for the answer to a command, in ms; a longer wait means that the process hangs. */
const ANSWER_MS = 15_000;
/** How many of the newest messages are searched for one whose fate is unknown. */
const LOOK_BACK = 400;
/** Limit of a device's clock offset, in ms: certificates are valid longer than that. */
const MOST_OFF = 48 * 60 * 60 * 1000;

interface DeviceOptions {
  name: Sender;
  dataFolder: string;
  /** Port of the loopback server. */
  port: number;
  contact: BareJid;
  /** Encryption of everything it sends. */
  encryption: Encryption;
}

export interface Device {
  readonly name: Sender;
  readonly dataFolder: string;
  /** The running process; each restart makes a new one. */
  readonly core: CoreChild;
  readonly account: Account;
  /** The resource that the server assigned last. */
  readonly resource: string;
  /** Highest number of each sender seen in events. */
  readonly seen: Record<Sender, number>;
  /** Our highest number that the server has accepted. */
  readonly accepted: number;
  /** First start: signs in and answers the certificate question. */
  begin(credentials: { jid: string; password: string; advanced: Advanced; fingerprint: string }): Promise<void>;
  /** Restarts the process after it died. */
  restart(): Promise<void>;
  /** Moves its clock by this many ms, permanently. */
  stepClock(by: number): void;
  /** Sends one numbered message. Resolves when the outbox has it exactly once. */
  deliver(number: number): Promise<void>;
  /** Connects at once if it waits for its next attempt. */
  hurry(): void;
  /**
   * Resolves when `fits` is true; checked after every event.
   * @throws {Error} that names `what` after `ms`
   */
  until(what: string, fits: () => boolean, ms: number): Promise<void>;
  /** The whole chat, oldest first. */
  read(): Promise<Message[]>;
  /** A user's devices that messages can be encrypted for, as known to this device. */
  omemoDevices(jid: BareJid): Promise<OmemoDevice[]>;
  stop(): Promise<void>;
}

export function createDevice({ name, dataFolder, port, contact, encryption }: DeviceOptions): Device {
  let core: CoreChild | null = null;
  let account: Account | null = null;
  let resource = "";
  let clock = 0;
  let accepted = 0;
  const seen: Record<Sender, number> = { peer: 0, one: 0, two: 0 };
  const watchers = new Set<() => void>();
  const there = <T>(part: T | null): T => {
    if (part === null) throw new Error(`device ${name} was not started`);
    return part;
  };
  const changed = (): void => watchers.forEach((look) => look());

  async function call<N extends CommandName>(command: N, args: CommandInput<N>): Promise<CommandResult<N>> {
    let late: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new Error(`${command}: no answer from device ${name}`)), ANSWER_MS);
    });
    try {
      return await Promise.race([there(core).ipc.call(command, args), silence]);
    } finally {
      clearTimeout(late);
    }
  }

  function hear(messages: readonly Message[]): void {
    for (const message of messages) {
      const found = numberIn(message.body);
      if (found === null) continue;
      seen[found.sender] = Math.max(seen[found.sender], found.number);
      const isTaken = message.delivery !== "pending" && message.delivery !== "failed";
      if (found.sender === name && isTaken) accepted = Math.max(accepted, found.number);
    }
  }

  async function start(): Promise<void> {
    const fresh = await startCore({ dataFolder, port, clock });
    fresh.ipc.on("accounts.changed", (event) => {
      if (core !== fresh) return;
      learn(event.changed);
      changed();
    });
    fresh.ipc.on("messages.changed", (event) => {
      hear(event.changed);
      changed();
    });
    void fresh.gone.then(changed);
    core = fresh;
    learn((await call("app.start", {})).accounts);
    changed();
  }

  function learn(accounts: readonly Account[]): void {
    account = accounts[0] ?? account;
    if (account?.connection.state === "online") resource = account.connection.resource;
  }

  /** @param enough stops reading when it returns true */
  async function read(enough: (messages: readonly Message[]) => boolean = () => false): Promise<Message[]> {
    const chat = { account: there(account).id, jid: contact };
    let { messages, older } = (await call("chat.open", chat)).page;
    while (older !== null && !enough(messages)) {
      const page = await call("message.page", { ...chat, before: older, limit: PAGE });
      messages = [...page.messages, ...messages];
      older = page.older;
    }
    return messages;
  }

  /** Whether the message was stored; needed after the process died during the command. */
  async function isStored(number: number): Promise<boolean> {
    const text = textOf(name, number);
    const has = (messages: readonly Message[]): boolean => messages.some((one) => one.body === text);
    return has(await read((messages) => has(messages) || messages.length >= LOOK_BACK));
  }

  const until: Device["until"] = (what, fits, ms) =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(late);
        watchers.delete(look);
      };
      const late = setTimeout(() => {
        end();
        const state: ConnectionState | undefined = account?.connection;
        reject(
          new Error(
            `device ${name}: ${what} did not happen within ${ms} ms; ${JSON.stringify({ state, seen, accepted })}\n${core?.output() ?? ""}`,
          ),
        );
      }, ms);
      const look = (): void => {
        if (!fits()) return;
        end();
        resolve();
      };
      watchers.add(look);
      look();
    });

  return {
    name,
    dataFolder,
    get core() {
      return there(core);
    },
    get account() {
      return there(account);
    },
    get resource() {
      return resource;
    },
    seen,
    get accepted() {
      return accepted;
    },
    async begin(credentials) {
      await start();
      learn([await signIn(there(core).ipc, credentials)]);
    },
    restart: start,
    stepClock(by) {
      clock += Math.abs(clock + by) > MOST_OFF ? -by : by;
      core?.setClock(clock);
    },
    async deliver(number) {
      for (let isUnclear = false; ; isUnclear = true) {
        await until("the process", () => core?.isAlive === true, 60_000);
        try {
          if (isUnclear && (await isStored(number))) return;
          await call("message.send", {
            account: there(account).id,
            jid: contact,
            body: textOf(name, number),
            encryption,
          });
          return;
        } catch {
          // The process is dead or dying; the next round checks whether the message was stored. The pause keeps a live
          // core that does not answer from being asked in a tight loop.
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    },
    hurry() {
      const state = account?.connection.state;
      if (core?.isAlive !== true || account === null || state !== "waiting") return;
      core.ipc.call("account.connectNow", { account: account.id }).catch(() => undefined);
    },
    until,
    read: () => read(),
    async omemoDevices(jid) {
      const { devices } = await call("device.list", { account: there(account).id, jid });
      return devices.filter((one) => one.active);
    },
    async stop() {
      await core?.stop();
    },
  };
}
