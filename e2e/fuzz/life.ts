/**
 * One account from its first sign-in to its end, with the server that it is signed in to: sends stanzas, waits until
 * they are handled, checks what must be true then, and sees to it that the account is back after its session ended.
 */
import type { Chance } from "../faults/chance.ts";
import { createAnswering, type Answering } from "./answers.ts";
import { readings, type Call } from "./commands.ts";
import type { Correspondent } from "./envelopes.ts";
import type { Findings } from "./findings.ts";
import type { Mutator } from "./mutate.ts";
import { DOMAIN, FRIEND, FULL_JID } from "./names.ts";
import type { FuzzServer } from "./server.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { World } from "./world.ts";

/** Without any progress for so long the core is taken to hang, ms. */
const HANGS = 60_000;
/** An account that is not online by then does not come back by itself, ms. */
const COMES_BACK = 60_000;
const LOOK_EVERY = 10;
/** How much of what is answered is changed. */
const MALICE = 0.7;
/** Questions how much was handled: the answer to a ping goes out before the ping counts. */
const MOST_QUESTIONS = 50;
/** Commands of a user that may wait for an answer at the same time. */
const MOST_ACTIONS = 20;

export interface LifePorts {
  folder: string;
  server: FuzzServer;
  findings: Findings;
  stopwatch: Stopwatch;
  chance: Chance;
  mutator: Mutator;
  filler: () => (text: string) => string;
  correspondent: Correspondent;
  /** One more stanza goes to the core. */
  sent(): void;
}

export class Life {
  readonly #ports: LifePorts;
  readonly #world: World;
  readonly #answering: Answering;
  /** The fuzzer itself ends the session. */
  #mayEnd = true;
  #gone: () => void = () => undefined;
  readonly #marks = new Map<string, () => void>();
  #underWay = 0;
  #isOver = false;

  private constructor(ports: LifePorts) {
    this.#ports = ports;
    const { server, findings, stopwatch } = ports;
    this.#answering = createAnswering({ ...ports, sent: (text) => this.#note(text) });
    server.serve({
      stanza: (stanza, reply) => {
        const isAnswer = stanza.is("iq") && /^(result|error)$/.test(String(stanza.attrs["type"]));
        const passed = isAnswer ? this.#marks.get(String(stanza.attrs["id"])) : undefined;
        if (passed !== undefined) passed();
        else this.#answering.hear(stanza, reply);
      },
      gone: () => {
        // What cost the session is not sent again.
        if (!this.#mayEnd) server.forget();
        this.#gone();
      },
    });
    this.#world = new World(ports.folder, {
      server,
      findings,
      mayEnd: () => this.#mayEnd,
      counted: () => stopwatch.counted(),
    });
  }

  /** A new account on a new store; it signs in and is answered honestly so far. */
  static async begin(ports: LifePorts): Promise<Life> {
    ports.correspondent.forget();
    ports.server.forget();
    const life = new Life(ports);
    await life.#world.start();
    life.#mayEnd = false;
    await life.settle();
    life.#answering.malice = MALICE;
    return life;
  }

  get account(): string {
    return this.#world.account;
  }
  /** False when the account does not come back any more. */
  get goesOn(): boolean {
    return !this.#isOver;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    this.#mayEnd = true;
    this.#answering.stop();
    await this.#world.stop();
  }

  #note(text: string): void {
    this.#ports.stopwatch.send(text);
    this.#ports.sent();
  }

  send(texts: readonly string[]): void {
    this.#ports.stopwatch.begin();
    for (const text of texts) {
      this.#note(text);
      this.#ports.server.send(text);
    }
  }

  /** Something that the user does; nobody waits for it, since services need not answer. */
  act(call: Call): void {
    if (this.#underWay >= MOST_ACTIONS) return;
    this.#underWay++;
    void this.#world.call(call).finally(() => this.#underWay--);
  }

  /**
   * Waits until all that was sent is handled, and checks what must be true then.
   * @returns what was sent since the last call, answers included
   */
  async settle(): Promise<readonly string[]> {
    const { server, findings, stopwatch } = this.#ports;
    if (server.isConnected || (await this.#recovered())) {
      const mark = crypto.randomUUID();
      const passed = this.#passed(mark);
      server.send(
        `<message from='${FRIEND}/x' to='${FULL_JID}' type='chat' id='${mark}'><body>${mark}</body></message>`,
      );
      server.send(`<iq from='${DOMAIN}' to='${FULL_JID}' type='get' id='${mark}'><ping xmlns='urn:xmpp:ping'/></iq>`);
      if (await passed) {
        if (!(await this.#world.hasFromFriend(mark)))
          findings.add({ kind: "stopped", what: "a friend's message did not arrive" });
        await this.#countsAgree();
        for (const reading of readings(this.account)) await this.#world.call(reading);
      } else await this.#recovered();
    }
    return stopwatch.clear();
  }

  /** Whether the client answers this ping, which comes behind all that was sent, before its session ends. */
  #passed(mark: string): Promise<boolean> {
    const { server, findings, stopwatch } = this.#ports;
    return new Promise((resolve) => {
      let before = -1;
      const watch = setInterval(() => {
        if (stopwatch.handled === before) {
          findings.add({ kind: "stopped", what: `nothing was handled for ${HANGS / 1000} s` });
          server.cut();
        }
        before = stopwatch.handled;
      }, HANGS);
      const settle = (did: boolean): void => {
        clearInterval(watch);
        this.#marks.delete(mark);
        resolve(did);
      };
      this.#marks.set(mark, () => settle(true));
      this.#gone = () => settle(false);
    });
  }

  /**
   * The client must have counted each stanza, no more and no less: else resuming loses or doubles some (XEP-0198 §4).
   */
  async #countsAgree(): Promise<void> {
    const { server, findings } = this.#ports;
    for (let asked = 0; asked < MOST_QUESTIONS; asked++) {
      await server.ask();
      if (!server.isConnected || server.acknowledged === server.sent) return;
    }
    findings.add({ kind: "stopped", what: `${server.sent} stanzas were sent, ${server.acknowledged} acknowledged` });
  }

  /** After a session ended. The server answers the sign-in honestly here; dishonest answers are for `interrupt`. */
  async #recovered(): Promise<boolean> {
    this.#answering.malice = 0;
    const isBack = await this.#isBack();
    this.#answering.malice = MALICE;
    return isBack;
  }

  /** Waits for the session after the one that ended. */
  async #isBack(): Promise<boolean> {
    const { server, findings } = this.#ports;
    this.#mayEnd = true;
    for (let waited = 0; waited < COMES_BACK; waited += LOOK_EVERY) {
      if (server.isConnected && this.#world.isOnline) {
        this.#mayEnd = false;
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
    findings.add({ kind: "stopped", what: "the account does not come back" });
    this.#isOver = true;
    return false;
  }

  /**
   * The connection breaks; the session is resumed, or a new one begins, with dishonest answers.
   * @returns as `settle`
   */
  async interrupt(isResumable: boolean): Promise<readonly string[]> {
    const { server } = this.#ports;
    server.resumable = isResumable;
    this.#mayEnd = true;
    const gone = new Promise<void>((resolve) => (this.#gone = resolve));
    server.cut();
    await gone;
    return (await this.#isBack()) ? this.settle() : [];
  }
}
