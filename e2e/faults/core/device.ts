/**
 * One Jackdaw: a core in its own process, which may die at any moment. Drives it by the window's commands and events.
 */
import type { Account, Advanced, ConnectionState } from "../../../shared/model/account.ts";
import type { Device as OmemoDevice } from "../../../shared/model/encryption.ts";
import type { Message, Version } from "../../../shared/model/message.ts";
import type { Room } from "../../../shared/model/room.ts";
import { toBare, type BareJid } from "../../../shared/jid.ts";
import { PAGE, type CommandInput, type CommandName, type CommandResult } from "../../../shared/ipc/index.ts";
import { signIn } from "../../harness/sign-in.ts";
import { startCore, type CoreChild } from "./core-child.ts";
import { createDeviceAuthor, type Where } from "./author.ts";
import { numberIn, type Sender } from "../reading/judge.ts";
import type { Author } from "../writing/choose.ts";
import { places, type Place } from "../writing/written.ts";

/** Limit for the answer to a command, in ms; a longer wait means that the process hangs. */
const ANSWER_MS = 15_000;
/** Limit of a device's clock offset, in ms: certificates are valid longer than that. */
const MOST_OFF = 48 * 60 * 60 * 1000;

interface DeviceOptions {
  name: Sender;
  dataFolder: string;
  /** Port of the loopback server. */
  port: number;
  /** Its conversations, by place. */
  where: Readonly<Partial<Record<Place, Where>>>;
}

export interface Device {
  readonly name: Sender;
  readonly dataFolder: string;
  /** The running process; each restart makes a new one. */
  readonly core: CoreChild;
  readonly account: Account;
  readonly where: Readonly<Partial<Record<Place, Where>>>;
  /** The resource that the server assigned last. */
  readonly resource: string;
  /** What its user writes. */
  readonly author: Author;
  /** Highest number of a sender seen at a place. */
  seenAt(place: Place, sender: Sender): number;
  /** Our highest number that the server has accepted. */
  readonly accepted: number;
  /** First start: signs in and answers the certificate question. */
  begin(credentials: { jid: string; password: string; advanced: Advanced; fingerprint: string }): Promise<void>;
  /** Opens the conversations, now and after each restart: only then every message of them is told. */
  openPlaces(): Promise<void>;
  /** Restarts the process after it died. */
  restart(): Promise<void>;
  /** Moves its clock by this many ms, permanently. */
  stepClock(by: number): void;
  /** Connects at once if it waits for its next attempt. */
  hurry(): void;
  /**
   * Resolves when `fits` is true; checked after every event.
   * @throws {Error} that names `what` after `ms`
   */
  until(what: string, fits: () => boolean, ms: number): Promise<void>;
  /** The rooms of its account. */
  readonly rooms: ReadonlyMap<BareJid, Room>;
  /** Calls a command of the window. @throws {Error} with code and message of the failure */
  call<N extends CommandName>(command: N, args: CommandInput<N>): Promise<CommandResult<N>>;
  /** A whole conversation, oldest first. */
  read(place: Place): Promise<Message[]>;
  /** The texts of a message, oldest first. */
  versions(message: Message): Promise<Version[]>;
  /** A user's devices that messages can be encrypted for, as known to this device. */
  omemoDevices(jid: BareJid): Promise<OmemoDevice[]>;
  stop(): Promise<void>;
}

export function createDevice({ name, dataFolder, port, where }: DeviceOptions): Device {
  let core: CoreChild | null = null;
  let account: Account | null = null;
  let resource = "";
  let clock = 0;
  let accepted = 0;
  let isOpen = false;
  const rooms = new Map<BareJid, Room>();
  const placeOf = new Map(places.flatMap((place) => (where[place] === undefined ? [] : [[where[place].jid, place]])));
  const seen = new Map<string, number>();
  /** Every message as it was last seen, by sender and number, also after its text is gone. */
  const latest = new Map<string, Message>();
  const keys = new Map<Message["id"], string>();
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
      const place = placeOf.get(message.chat);
      const found = numberIn(message.body);
      const key = found === null ? keys.get(message.id) : `${found.sender} ${found.number}`;
      if (key === undefined || place === undefined) continue;
      keys.set(message.id, key);
      latest.set(key, message);
      if (found === null) continue;
      const at = `${place} ${found.sender}`;
      seen.set(at, Math.max(seen.get(at) ?? 0, found.number));
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
    fresh.ipc.on("rooms.changed", (event) => {
      if (core !== fresh) return;
      for (const room of event.changed) rooms.set(room.jid, room);
      changed();
    });
    void fresh.gone.then(changed);
    core = fresh;
    rooms.clear();
    learn((await call("app.start", {})).accounts);
    for (const room of (await call("room.list", {})).rooms) if (!rooms.has(room.jid)) rooms.set(room.jid, room);
    if (isOpen) await openPlaces();
    changed();
  }

  async function openPlaces(): Promise<void> {
    isOpen = true;
    for (const { jid } of Object.values(where))
      hear((await call("chat.open", { account: there(account).id, jid })).page.messages);
  }

  const isIn = (place: Place): boolean => rooms.get(toBare(where[place]!.jid))?.state.state === "joined";

  function learn(accounts: readonly Account[]): void {
    account = accounts[0] ?? account;
    if (account?.connection.state === "online") resource = account.connection.resource;
  }

  /** @param enough stops reading when it returns true */
  async function read(
    place: Place,
    enough: (messages: readonly Message[]) => boolean = () => false,
  ): Promise<Message[]> {
    const chat = { account: there(account).id, jid: where[place]!.jid };
    let { messages, older } = (await call("chat.open", chat)).page;
    while (older !== null && !enough(messages)) {
      const page = await call("message.page", { ...chat, before: older, limit: PAGE });
      messages = [...page.messages, ...messages];
      older = page.older;
    }
    return messages;
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
            `device ${name}: ${what} did not happen within ${ms} ms; ${JSON.stringify({ state, seen: Object.fromEntries(seen), accepted, rooms: states() })}\n${core?.output() ?? ""}`,
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

  const states = (): string[] => [...rooms.values()].map(({ jid, state }) => `${jid} ${JSON.stringify(state)}`);

  const author = createDeviceAuthor({
    name,
    where: (place) => where[place]!,
    account: () => there(account).id,
    call,
    alive: () => until("the process", () => core?.isAlive === true, 60_000),
    isAlive: () => core?.isAlive === true,
    isIn,
    latest: (sender, number) => latest.get(`${sender} ${number}`),
    hear,
    read,
  });

  return {
    name,
    dataFolder,
    where,
    author,
    rooms,
    call,
    openPlaces,
    get core() {
      return there(core);
    },
    get account() {
      return there(account);
    },
    get resource() {
      return resource;
    },
    seenAt: (place, sender) => seen.get(`${place} ${sender}`) ?? 0,
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
    hurry() {
      const state = account?.connection.state;
      if (core?.isAlive !== true || account === null || state !== "waiting") return;
      core.ipc.call("account.connectNow", { account: account.id }).catch(() => undefined);
    },
    until,
    read: (place) => read(place),
    versions: async ({ account, id }) => (await call("message.versions", { account, id })).versions,
    async omemoDevices(jid) {
      const { devices } = await call("device.list", { account: there(account).id, jid });
      return devices.filter((one) => one.active);
    },
    async stop() {
      await core?.stop();
    },
  };
}
