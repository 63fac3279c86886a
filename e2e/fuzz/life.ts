/**
 * One account from sign-in to its end, with its server: sends stanzas, waits until they are handled, checks the
 * invariants, and waits for the account to come back after its session ended.
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

/** Without progress for this long, in ms, the core is considered hung. */
const HANGS = 60_000;
/** Limit for an account to come back online, in ms. */
const COMES_BACK = 60_000;
const LOOK_EVERY = 10;
/** Limit of acknowledgement requests between which no stanza is handled; each waits for `LOOK_EVERY`. */
const MOST_QUESTIONS = 500;
/** Share of mutated answers. */
const MALICE = 0.7;
/** A service that has not answered for this long, in ms, is not waited for; a late answer takes 300 ms. */
const SILENT = 1_000;
/** Limit of concurrent user actions. */
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
  /** Called for each stanza sent to the core. */
  sent(): void;
}

export class Life {
  readonly #ports: LifePorts;
  readonly #world: World;
  readonly #answering: Answering;
  /** Whether the fuzzer itself ends the session. */
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
        // After an unexpected end, a new session starts, so that the stanza that ended it is not sent again.
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

  /** Creates an account on a new store and signs it in, with honest answers. */
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
  /** False when the account does not come back. */
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

  /** Runs a user action without waiting for it, since services need not answer. */
  act(call: Call): void {
    if (this.#underWay >= MOST_ACTIONS) return;
    this.#underWay++;
    void this.#world.call(call).finally(() => this.#underWay--);
  }

  /**
   * Waits until everything sent is handled, then checks the invariants.
   * @returns the stanzas sent since the last call, including answers
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
        await this.#reads();
      } else await this.#recovered();
    }
    return stopwatch.clear();
  }

  /**
   * Reads what a window reads. Some of it is asked of services, which may be silent: the program then waits for its own
   * time limit, which is not awaited here. Such a result is checked when it comes.
   */
  async #reads(): Promise<void> {
    const waiting = Promise.all(readings(this.account).map((reading) => this.#world.call(reading)));
    let silent: NodeJS.Timeout | undefined;
    await Promise.race([waiting, new Promise((resolve) => (silent = setTimeout(resolve, SILENT)))]);
    clearTimeout(silent);
  }

  /** Whether the client answers this ping, which follows everything sent, before its session ends. */
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
   * The client must have counted each stanza exactly once; otherwise resumption loses or doubles some (XEP-0198 §4).
   */
  async #countsAgree(): Promise<void> {
    const { server, findings, stopwatch } = this.#ports;
    // The answer to a ping is sent before the ping itself is counted, and other stanzas may have come after it.
    for (let [asked, handled] = [0, -1]; asked < MOST_QUESTIONS; asked++) {
      await server.ask();
      if (!server.isConnected || server.acknowledged === server.sent) return;
      if (stopwatch.handled !== handled) [asked, handled] = [0, stopwatch.handled];
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
    findings.add({ kind: "stopped", what: `${server.sent} stanzas were sent, ${server.acknowledged} acknowledged` });
  }

  /** Waits for recovery after a session ended, with honest answers; `interrupt` covers dishonest ones. */
  async #recovered(): Promise<boolean> {
    this.#answering.malice = 0;
    const isBack = await this.#isBack();
    this.#answering.malice = MALICE;
    return isBack;
  }

  /** Waits for the next session. */
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
   * Breaks the connection; the session is resumed or a new one starts, with dishonest answers.
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
