/**
 * An account under attack: its core in a process that can be killed, a proxy between it and the server, a room shared
 * with the friend and the hostile account, and marks that show whether messages still arrive.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml from "@xmpp/xml";
import type { BareJid } from "../../shared/jid.ts";
import { PAGE } from "../../shared/ipc/index.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { type FaultProxy, startProxy } from "../faults/network/proxy.ts";
import type { Scene } from "./attack.ts";
import { EVIL, friend, isVictim, type Neighbourhood, VICTIM } from "./neighbourhood.ts";
import { connectRaw, type RawClient } from "./raw-client.ts";
import { Frozen, startVictim, type Victim } from "./victim.ts";
import { MARK } from "./victim-wire.ts";

/** Time limit for preparations that are not part of the promise, in ms. */
const PREPARE_MS = 60_000;
/** Time limit for a join to reach the component, in ms. */
const ENTER_MS = 3_000;
const PASSWORD = "secret";
const LAIR = "lair";
const NICKNAME = "Alice";
const MUC = "http://jabber.org/protocol/muc";

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

/** One round of marks: a direct message, a room message, and one from the victim to the friend. */
export interface Round {
  direct: string;
  room: string;
  own: string | null;
}

export class Target {
  readonly jid: BareJid;
  readonly room: BareJid;
  readonly neighbourhood: Neighbourhood;
  readonly proxy: FaultProxy;
  /** The hostile account, a contact of the victim. */
  readonly evil: { readonly jid: string; readonly password: string; readonly name: string };
  readonly #folder: string;
  #hostile: RawClient | null = null;
  #installations = 0;
  #marks = 0;
  #victim: Victim | null = null;
  #resource = "";
  /** All direct marks that the friend sent. */
  readonly sent: string[] = [];

  private constructor(neighbourhood: Neighbourhood, proxy: FaultProxy, number: number) {
    const name = `${VICTIM}${number}`;
    this.evil = { jid: `${EVIL}${number}@localhost`, password: "evil", name: "Mallory" };
    this.neighbourhood = neighbourhood;
    this.proxy = proxy;
    this.jid = `${name}@localhost` as BareJid;
    this.room = `hall-${name}@conference.localhost` as BareJid;
    this.#folder = mkdtempSync(join(tmpdir(), "jackdaw-attacks-"));
  }

  /** Creates an account with a first installation, online and in its room. @param number unique on this server */
  static async moveIn(neighbourhood: Neighbourhood, number: number): Promise<Target> {
    const { server, friend: peer } = neighbourhood;
    const target = new Target(neighbourhood, await startProxy(server.port), number);
    await server.register(`${VICTIM}${number}`, PASSWORD);
    await server.register(`${EVIL}${number}`, target.evil.password);
    await target.hostile();
    await peer.send(xml("presence", { to: `${target.room}/Bob` }, xml("x", MUC)));
    const unlock = xml("x", { xmlns: "jabber:x:data", type: "submit" });
    const configure = xml("query", "http://jabber.org/protocol/muc#owner", unlock);
    await peer.request(xml("iq", { to: target.room, type: "set", id: crypto.randomUUID() }, configure));
    await target.install();
    await target.#befriends([friend, target.evil]);
    const at = { account: target.account, jid: target.room };
    await target.victim.call("room.join", { ...at, nickname: NICKNAME, password: null, autojoin: true });
    await target.#isIn(target.room);
    await target.hostileEnters();
    return target;
  }

  get victim(): Victim {
    if (this.#victim === null) throw new Error(`${this.jid} has no process`);
    return this.#victim;
  }
  get account(): AccountId {
    return this.victim.account as AccountId;
  }
  get dataFolder(): string {
    return join(this.#folder, String(this.#installations));
  }

  /** The session of the hostile account; reconnects if the server has ended the last one. */
  async hostile(): Promise<RawClient> {
    if (this.#hostile?.isOpen === true) return this.#hostile;
    const { server } = this.neighbourhood;
    this.#hostile = await connectRaw({ ...this.evil, resource: LAIR, server, befriends: isVictim });
    // The server delivers subscription requests only to resources that requested the roster (RFC 6121 §2.1.6).
    this.#hostile.write(`<iq type="get" id="roster"><query xmlns="jabber:iq:roster"/></iq><presence/>`);
    return this.#hostile;
  }

  /** Joins the room as the hostile account, again if the server has ended its session. */
  async hostileEnters(): Promise<void> {
    const hostile = await this.hostile();
    hostile.write(`<presence to="${this.room}/Mallory"><x xmlns="${MUC}"/></presence>`);
    await hostile.settle();
  }

  /**
   * Resolves when the server has stored and forwarded everything sent to the room and to the victim. ejabberd writes
   * each message into an archive that gets slower as it grows, in the process of the room and of the session.
   */
  async settle(): Promise<void> {
    const hostile = await this.hostile();
    await hostile.settle(this.room);
    if (this.neighbourhood.kind === "ejabberd") await hostile.settleSession(this.jid);
  }

  /** Makes a fresh installation: a new data folder, signed in. The previous process must be down. */
  async install(): Promise<void> {
    this.#installations++;
    mkdirSync(this.dataFolder);
    await this.start();
    const { server } = this.neighbourhood;
    const advanced = { host: "127.0.0.1", port: this.proxy.port };
    await this.victim.call("account.signIn", { jid: this.jid, password: PASSWORD, advanced });
    await this.#expect("the question about the certificate", () => this.victim.connection?.state === "stopped");
    const fingerprint = server.certificateFingerprint;
    await this.victim.call("account.pinCertificate", { account: this.account, fingerprint });
    await this.#expect("the first session", () => this.victim.connection?.state === "online");
    await this.opensChats();
    this.remember();
  }

  /** Starts the process on the existing data folder. */
  async start(): Promise<void> {
    this.#victim = await startVictim(this.dataFolder);
  }

  /** Opens the chats, because the core publishes all events only for open chats. */
  async opensChats(): Promise<void> {
    for (const jid of [friend.jid as BareJid, this.room]) {
      await this.victim.call("chat.open", { account: this.account, jid });
    }
  }

  /** Remembers the current resource: the server delivers to it even while the session is detached. */
  remember(): void {
    const { connection } = this.victim;
    if (connection?.state === "online") this.#resource = connection.resource;
  }

  /** The friend writes to the victim and to the room; the victim writes to the friend while its process is up. */
  async round(): Promise<Round> {
    const { friend: peer } = this.neighbourhood;
    const name = `${MARK}${++this.#marks} ${this.jid.split("@", 1)[0]!}`;
    const marks: Round = { direct: `${name} direct`, room: `${name} room`, own: `${name} own` };
    this.sent.push(marks.direct);
    await peer.chat(this.jid, marks.direct);
    await peer.send(
      xml("message", { to: this.room, type: "groupchat", id: crypto.randomUUID() }, xml("body", {}, marks.room)),
    );
    if (this.#victim?.isAlive !== true) return { ...marks, own: null };
    const own = { account: this.account, jid: friend.jid as BareJid, body: marks.own!, encryption: "none" as const };
    await this.victim.call("message.send", own);
    return marks;
  }

  /** The marks of a round that have not arrived. */
  missing({ direct, room, own }: Round): string[] {
    const { marks } = this.victim;
    const arrived = [direct, room].filter((mark) => !marks.has(mark));
    return own === null || this.neighbourhood.heard.has(own) ? arrived : [...arrived, own];
  }

  /** The friend's direct marks that the store does not have exactly once. */
  async wrong(): Promise<{ lost: string[]; doubled: string[] }> {
    const chat = { account: this.account, jid: friend.jid as BareJid };
    let { messages, older } = (await this.victim.call("chat.open", chat)).page;
    const found = new Map<string, number>();
    for (;;) {
      for (const { body } of messages) found.set(body, (found.get(body) ?? 0) + 1);
      if (older === null) break;
      ({ messages, older } = await this.victim.call("message.page", { ...chat, before: older, limit: PAGE }));
    }
    return {
      lost: this.sent.filter((mark) => !found.has(mark)),
      doubled: this.sent.filter((mark) => (found.get(mark) ?? 0) > 1),
    };
  }

  /** The scene for an attack. @param write writes to the stream of the hostile account */
  scene(write: (text: string) => void): Scene {
    const { kind, server, component, entering, answers, unclean } = this.neighbourhood;
    const account = (): AccountId => this.account;
    const victim = (): Victim => this.victim;
    return {
      kind,
      server,
      victim: {
        jid: this.jid,
        full: `${this.jid}/${this.#resource}`,
        nickname: NICKNAME,
        password: PASSWORD,
        page: this.#victim?.isAlive === true ? this.victim.page : 0,
        enter: async (room) => {
          if (this.#victim?.isAlive !== true) return;
          const at = { account: account(), jid: room as BareJid };
          await victim().call("room.join", { ...at, nickname: NICKNAME, password: null, autojoin: true });
          // Waits until the room's stanzas are on their way, ahead of the friend's next message.
          const isIn = (): boolean => this.neighbourhood.entered.has(`${room} ${this.jid}/${this.#resource}`);
          const until = Date.now() + ENTER_MS;
          while (victim().connection?.state === "online" && !isIn() && Date.now() < until) await pause();
        },
        tries: async (name, args) => {
          if (this.#victim?.isAlive !== true) return;
          await victim()
            .call(name, { account: account(), ...args } as never)
            .catch((error: Error) => {
              if (error instanceof Frozen || /process ended|could not be cloned/.test(error.message)) throw error;
            });
        },
        call: (name, args) => victim().call(name, { account: account(), ...args } as never),
      },
      room: this.room,
      evil: { ...this.evil, full: `${this.evil.jid}/${LAIR}` },
      friend: friend.jid,
      write,
      component: (text) => component.write(text),
      unclean: async (...about) => unclean(await this.hostile(), ...about),
      onEntering: (room, gets) => void entering.set(room, gets),
      onAsked: (address, gives) => void answers.set(address, gives),
    };
  }

  async moveOut(): Promise<void> {
    this.#hostile?.stop();
    await this.#victim?.kill();
    await this.proxy.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Subscribes both ways: the others have requests from us, accept them and ask back. */
  async #befriends(people: readonly { jid: string; name: string }[]): Promise<void> {
    const { victim, account } = this;
    for (const { jid, name } of people) {
      await victim.call("roster.add", { account, jid: jid as BareJid, name, groups: [] });
    }
    for (const until = Date.now() + PREPARE_MS; Date.now() < until;) {
      const { requests } = await victim.call("subscription.pending", {});
      for (const { jid } of requests) await victim.call("subscription.accept", { account, jid });
      const { contacts } = await victim.call("roster.page", { limit: PAGE });
      if (people.every(({ jid }) => contacts.some((one) => one.jid === jid && one.subscription === "both"))) return;
      await pause();
    }
    throw new Error(`${this.jid} was not befriended`);
  }

  async #isIn(room: BareJid): Promise<void> {
    for (const until = Date.now() + PREPARE_MS; Date.now() < until;) {
      const { rooms } = await this.victim.call("room.list", {});
      if (rooms.some((one) => one.jid === room && one.state.state === "joined")) return;
      await pause();
    }
    throw new Error(`${this.jid} did not get into ${room}`);
  }

  async #expect(what: string, fits: () => boolean): Promise<void> {
    if (await this.victim.until(fits, PREPARE_MS)) return;
    const state = JSON.stringify(this.victim.connection);
    throw new Error(`${what} of ${this.jid} did not come: ${state}\n${this.victim.output()}`);
  }
}
