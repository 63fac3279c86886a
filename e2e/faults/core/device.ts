/**
 * One Jackdaw: a core in a process of its own, which may die at any moment. Drives it by the commands and
 * events of the window, and knows after every accident whether a message was taken or not.
 */
import type { Account, Advanced, ConnectionState } from "../../../shared/model/account.ts";
import type { Device as OmemoDevice, Encryption } from "../../../shared/model/encryption.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { PAGE, type CommandInput, type CommandName, type CommandResult } from "../../../shared/ipc/index.ts";
import { signIn } from "../../harness/sign-in.ts";
import { startCore, type CoreChild } from "./core-child.ts";
import { numberIn, textOf, type Sender } from "../reading/judge.ts";

/** A command that the process answers at once takes longer only when it hangs. */
const ANSWER_MS = 15_000;
/** So many of the newest messages are looked through for one whose fate is not known. */
const LOOK_BACK = 400;
/** Farther than this the clock of a device is never off, in ms: certificates live longer. */
const MOST_OFF = 48 * 60 * 60 * 1000;

interface DeviceOptions {
  name: Sender;
  dataFolder: string;
  /** Port of the window. */
  port: number;
  contact: BareJid;
  /** Of all that it writes. */
  encryption: Encryption;
}

export interface Device {
  readonly name: Sender;
  readonly dataFolder: string;
  /** Ready for commands; the one after a restart is another. */
  readonly core: CoreChild;
  readonly account: Account;
  /** The one that the server gave it last. */
  readonly resource: string;
  /** Highest number of each sender that came up in an event. */
  readonly seen: Record<Sender, number>;
  /** Highest number of ours that the server has. */
  readonly accepted: number;
  /** First start, with the question about the certificate. */
  begin(credentials: { jid: string; password: string; advanced: Advanced; fingerprint: string }): Promise<void>;
  /** Starts the process again after it died. */
  restart(): Promise<void>;
  /** Puts its clock forward or back by so many ms, for good. */
  stepClock(by: number): void;
  /** Hands one of its numbered messages over. Settles when it is surely in the outbox, once. */
  deliver(number: number): Promise<void>;
  /** Tries at once to connect when it waits for its next attempt. */
  hurry(): void;
  /**
   * Settles when `fits` is true; looked at whenever something happened.
   * @throws {Error} that names `what` after `ms`
   */
  until(what: string, fits: () => boolean, ms: number): Promise<void>;
  /** The whole chat, oldest first. */
  read(): Promise<Message[]>;
  /** Devices of somebody's that messages can be encrypted for, as far as this one knows. */
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

  /** @param enough stops reading when true */
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

  /** Also after a process died with the command in its hands. */
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
          // Dead, or about to be; the next round asks whether it is there. A core that lives but does not answer is not
          // asked without end.
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
