/**
 * Profanity (Debian's 0.13.1) as the other side of a chat with OMEMO 0.3: an independent client on
 * libsignal-protocol-c, driven through its terminal. It has its own folders, tmux and configuration, and ends with this
 * process.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishDevices, publishedDevices, publishedFingerprint } from "./omemo-nodes.ts";
import { connectPeer, type PeerOptions } from "./peer.ts";
import {
  lengthOf,
  readIdentity,
  readMessages,
  textFrom,
  until,
  type ProfanityIdentity,
  type ProfanityMessage,
} from "./profanity-records.ts";
import type { Prosody } from "./servers/prosody.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

export interface ProfanityOptions {
  server: Pick<Prosody, "port"> & PeerOptions["server"];
  user: string;
  password: string;
}

export interface Profanity extends ProfanityIdentity {
  /** Bare JID. */
  readonly jid: string;
  /**
   * Encrypts further messages to this contact for its current devices, which are trusted blindly. The contact must
   * share its presence: this waits for its device list. Call it again after a restart and for a new device of the
   * contact: Profanity starts sessions only on command.
   * @param devices devices that must be on the list
   */
  omemoWith(jid: string, devices: readonly number[]): Promise<void>;
  /** Joins a room; resolves when it has joined and knows the room's configuration. */
  enter(room: string, nickname: string): Promise<void>;
  /**
   * Encrypts further messages in this room for the current devices of its members. Call it again for a new member or
   * device.
   * @param people members, with devices that must have sessions
   */
  omemoIn(room: string, people: readonly { jid: string; device: number }[]): Promise<void>;
  /** Sends to the room; resolves when the text was sent. @param text one line */
  sayIn(room: string, text: string): Promise<void>;
  /** Sends the text with the current encryption of the chat; resolves when it was sent. @param text one line */
  say(jid: string, text: string): Promise<void>;
  /** Uploads a file and sends its address with the current encryption of the chat (XEP-0363, XEP-0454). */
  sendFile(jid: string, path: string): Promise<void>;
  /** Fetches an address that it has received, decrypts what it names, and saves that. */
  saveUrl(url: string, path: string): Promise<void>;
  /** All messages with this contact, both directions, in order of arrival. */
  messages(jid: string): Promise<ProfanityMessage[]>;
  /** Waits for the contact's text. @returns the message, with its protection */
  hears(jid: string, text: string): Promise<ProfanityMessage>;
  /** Waits until it has exactly this device list of the contact. */
  lists(jid: string, devices: readonly number[]): Promise<void>;
  /** Current end of its debug log, which contains every stanza. */
  mark(): Promise<number>;
  /** Waits for a match in the debug log. @param from a mark; default: its last start @returns the match */
  logged(line: RegExp, from?: number): Promise<string>;
  screen(): Promise<string>;
  /** Quits in order; its data is kept. */
  quit(): Promise<void>;
  /** Starts again with the same data. */
  start(): Promise<void>;
  /** Deletes its sessions with all devices, simulating damage. It must have quit. */
  loseSessions(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** Escapes a JID for a regular expression. */
const inPattern = (jid: string): string => jid.replace(/[^\w@]/g, "\\$&");

/**
 * Starts Profanity for an account; resolves when its OMEMO device is published.
 * @throws when Profanity or tmux is not installed, or a step takes longer than 30 seconds
 */
export async function startProfanity({ server, user, password }: ProfanityOptions): Promise<Profanity> {
  const jid = `${user}@localhost`;
  const folder = await mkdtemp(join(tmpdir(), "jackdaw-prof-"));
  const [config, data] = [join(folder, "config"), join(folder, "data")];
  await Promise.all([config, data].map((one) => mkdir(join(one, "profanity"), { recursive: true })));
  await writeFile(
    join(data, "profanity", "accounts"),
    `[${user}]\nenabled=true\njid=${jid}\nserver=127.0.0.1\nport=${server.port}\nresource=profanity\ntls.policy=trust\npassword=${password}\n`,
  );
  await writeFile(
    join(config, "profanity", "profrc"),
    "[ui]\nsplash=false\n[logging]\nrotate=false\n[omemo]\npolicy=manual\ntrustmode=blind\nlog=on\n",
  );
  const log = join(folder, "debug.log");
  const account = `${user}_at_localhost`;
  const database = join(data, "profanity", "database", account, "chatlog.db");
  const omemo = join(data, "profanity", "omemo", account);

  let terminal: Terminal | null = null;
  /** Where the log of the current start begins, in bytes. */
  let begin = 0;
  let encrypted = new Set<string>();

  const there = (): Terminal => {
    if (terminal === null) throw new Error(`the Profanity of ${user} is not running`);
    return terminal;
  };
  const evidence = async (what: string): Promise<string> => {
    const screen = await terminal?.screen().catch(() => "gone");
    return `the Profanity of ${user} never ${what}; its screen:\n${screen ?? "not running"}\nits log:\n${(await textFrom(log, begin)).split("\n").slice(-60).join("\n")}`;
  };
  const logged = (line: RegExp, from = begin): Promise<string> =>
    until(
      async () => line.exec(await textFrom(log, from))?.[0] ?? null,
      () => evidence(`logged ${line}`),
    );
  /** The last device list received from the contact; null when none came since the start. */
  const listed = async (other: string): Promise<number[] | null> => {
    const lists = new RegExp(
      `RECV: <(?:message|iq)[^>]* from="${inPattern(other)}"[^\\n]*node=["']eu\\.siacs\\.conversations\\.axolotl\\.devicelist["'][^\\n]*`,
      "g",
    );
    const last = (await textFrom(log, begin)).match(lists)?.at(-1);
    return last === undefined ? null : [...last.matchAll(/<device [^>]*id=["'](\d+)["']/g)].map(([, id]) => Number(id));
  };
  const messages = async (other: string): Promise<ProfanityMessage[]> => {
    const all = await until(
      async () => readMessages(database),
      () => evidence("had messages to read"),
    );
    return all.filter(({ from, to }) => from === other || to === other);
  };

  async function start(): Promise<void> {
    begin = await lengthOf(log);
    encrypted = new Set();
    const opened = await openTerminal({
      command: "profanity",
      args: ["-l", "DEBUG", "-f", log, "-a", user],
      env: { HOME: folder, XDG_CONFIG_HOME: config, XDG_DATA_HOME: data, XDG_CACHE_HOME: join(folder, "cache") },
      socket: join(folder, "tmux"),
    });
    terminal = opened;
    let gone = false;
    void opened.ended.then(() => (gone = true));
    // It logs this line once it knows the server's features, even if it publishes nothing.
    await until(
      async () => {
        if (gone) throw new Error(await evidence("started; is it installed? apt-get install profanity"));
        return /\[OMEMO\] publish crypto materials/.test(await textFrom(log, begin));
      },
      () => evidence("was online"),
    );
  }

  async function quit(): Promise<void> {
    const leaving = there();
    await leaving.type("/quit");
    await leaving.ended;
    terminal = null;
  }

  async function remove(): Promise<void> {
    await terminal?.kill();
    terminal = null;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /**
   * Profanity treats `item-not-found` as fatal and never publishes its first list, so an empty one is created before.
   */
  async function makeDevice(): Promise<ProfanityIdentity> {
    const peer = await connectPeer({ jid, password, resource: "seed", server });
    try {
      if ((await publishedDevices(peer, jid)).length === 0) await publishDevices(peer, []);
      await start();
      await there().type("/omemo gen");
      const made = await until(
        () => readIdentity(join(omemo, "identity.txt")),
        () => evidence("made a device"),
      );
      await until(
        async () =>
          (await publishedDevices(peer, jid)).includes(made.device) &&
          (await publishedFingerprint(peer, jid, made.device)) === made.fingerprint,
        () => evidence("published its device"),
      );
      return made;
    } finally {
      await peer.stop();
    }
  }

  const identity = await makeDevice().catch(async (error: unknown) => {
    await remove();
    throw error;
  });

  return {
    jid,
    ...identity,
    start,
    quit,
    remove,
    loseSessions: () => rm(join(omemo, "sessions.txt")),
    messages,
    logged,
    mark: () => lengthOf(log),
    async lists(other, devices) {
      const wanted = [...devices].sort().join();
      await until(
        async () => (await listed(other))?.sort().join() === wanted,
        () => evidence(`had the devices ${wanted} of ${other}`),
      );
    },
    screen: () => there().screen(),
    async omemoWith(other, devices) {
      await until(
        async () => (await listed(other))?.filter((id) => devices.includes(id)).length === devices.length,
        () => evidence(`saw the devices ${devices.join(", ")} of ${other}`),
      );
      if (encrypted.has(other)) {
        await there().type(`/msg ${other}`);
        await there().type("/omemo end");
      }
      const mark = await lengthOf(log);
      await there().type(`/omemo start ${other}`);
      encrypted.add(other);
      for (const id of devices)
        await logged(new RegExp(`\\[OMEMO\\] (?:create )?session with ${inPattern(other)} device ${id}\\b`), mark);
    },
    async enter(room, nickname) {
      const mark = await lengthOf(log);
      await there().type(`/join ${room} nick ${nickname}`);
      await logged(new RegExp(`RECV: <presence [^\\n]*from="${inPattern(room)}/${nickname}"[^\\n]*110`), mark);
      // Profanity requests these member lists after joining.
      for (const affiliation of ["member", "admin", "owner"])
        await logged(
          new RegExp(
            `RECV: <iq [^\\n]*from="${inPattern(room)}"[^\\n]*type="result"|affiliation=["']${affiliation}["']`,
          ),
          mark,
        );
    },
    async omemoIn(room, people) {
      await there().type(`/win ${room}`);
      if (encrypted.has(room)) await there().type("/omemo end");
      const mark = await lengthOf(log);
      await there().type("/omemo start");
      encrypted.add(room);
      for (const { jid: who, device } of people)
        await logged(new RegExp(`\\[OMEMO\\] (?:create )?session with ${inPattern(who)} device ${device}\\b`), mark);
    },
    async sayIn(room, text) {
      const mark = await lengthOf(log);
      await there().type(`/win ${room}`);
      await there().type(text);
      await logged(new RegExp(`SENT: <message [^\\n]*to="${inPattern(room)}"`), mark);
    },
    async say(other, text) {
      const sent = async (): Promise<number> =>
        (await messages(other)).filter(({ from, body }) => from === jid && body === text).length;
      const before = await sent();
      await there().type(`/msg ${other} ${text}`);
      await until(
        async () => (await sent()) > before,
        () => evidence(`sent ${text}`),
      );
    },
    async sendFile(other, path) {
      await there().type(`/msg ${other}`);
      await there().type(`/sendfile ${path}`);
    },
    async saveUrl(url, path) {
      await there().type(`/url save ${url} ${path}`);
    },
    hears: (other, text) =>
      until(
        async () => (await messages(other)).find(({ from, body }) => from === other && body === text) ?? null,
        async () => `${await evidence(`heard ${text}`)}\nits messages:\n${JSON.stringify(await messages(other))}`,
      ),
  };
}
