/** A run: all attacks, in groups that share a victim. A harmed one is replaced, so that the other attacks are tried. */
import type { Attack, ServerKind } from "./attack.ts";
import { keepEvidence, serverEnded } from "./evidence.ts";
import { type Neighbourhood, startNeighbourhood } from "./neighbourhood.ts";
import {
  fresh,
  type Harm,
  type Harmed,
  killed,
  type Limits,
  live,
  type Phase,
  type PhaseResult,
  resumed,
} from "./phases.ts";
import { Target } from "./target.ts";
import { Frozen } from "./victim.ts";

/** So many attacks share a victim; each costs a sending again when one of them does harm. */
const GROUP = 12;
/** Messages of an empty run. */
const EMPTY_ROUNDS = 8;
/** The longest stall may be so many times the median of an empty run. */
const STALL_FACTOR = 20;
/** A process that starts has more to do than one that runs: its limit is at least so many times the empty run's. */
const START_FACTOR = 2;
const UNLIMITED = { live: Infinity, resumed: Infinity, killed: Infinity, fresh: Infinity };

export interface Failure extends Harmed {
  attack: string;
  on: ServerKind;
}

export interface AttackRunOptions {
  servers: readonly ServerKind[];
  attacks: readonly Attack[];
  patience: number;
  /** Leaves out what follows the first phase. */
  onlyLive: boolean;
  say(line: string): void;
}

export interface AttackRunResult {
  /** One attack on two servers counts twice. */
  attacks: number;
  failures: Failure[];
  /** The server let none of it through, by name. */
  heldBack: string[];
  /** Longest stall of an attack, in ms, and of an empty run. */
  longest: { name: string; ms: number };
  empty: number;
}

export const countOf = ({ failures }: AttackRunResult, harm: Harm): number =>
  failures.filter((one) => one.harm === harm).length;

/** The last line. */
export const summary = (result: AttackRunResult): string =>
  `attacks ${result.attacks}, stopped ${countOf(result, "stopped")}, frozen ${countOf(result, "frozen")}, lost ${countOf(
    result,
    "lost",
  )}`;

/** An attack that sends what a friend would. */
const NOTHING: Attack = {
  name: "nothing hostile",
  where: "direct message",
  send: ({ write, victim }) => write(`<message to="${victim.jid}" type="chat"><body>hello</body></message>`),
};

/** @throws when a server does not come up, or ends */
export async function runAttacks(options: AttackRunOptions): Promise<AttackRunResult> {
  const result: AttackRunResult = {
    attacks: 0,
    failures: [],
    heldBack: [],
    longest: { name: "none", ms: 0 },
    empty: 0,
  };
  for (const kind of options.servers) {
    const attacks = options.attacks.filter(({ on }) => on === undefined || on.includes(kind));
    if (attacks.length === 0) continue;
    const neighbourhood = await startNeighbourhood(kind);
    const trial = new Trial(neighbourhood, options, result);
    const ended = neighbourhood.server.ended.then((how) => {
      throw serverEnded(neighbourhood, how, trial.doing);
    });
    try {
      await Promise.race([trial.all(attacks), ended]);
    } finally {
      await neighbourhood.remove();
    }
  }
  return result;
}

class Trial {
  /** What is tried now, in words. */
  doing = "the empty run";
  readonly #neighbourhood: Neighbourhood;
  readonly #options: AttackRunOptions;
  readonly #result: AttackRunResult;
  #victims = 0;
  #limits: Limits;

  constructor(neighbourhood: Neighbourhood, options: AttackRunOptions, result: AttackRunResult) {
    this.#neighbourhood = neighbourhood;
    this.#options = options;
    this.#result = result;
    this.#limits = { patience: options.patience, stall: UNLIMITED };
  }

  async all(attacks: readonly Attack[]): Promise<void> {
    await this.#measure();
    for (let at = 0; at < attacks.length; at += GROUP) await this.#group(attacks.slice(at, at + GROUP), new Set());
    this.#result.attacks += attacks.length;
  }

  /** The empty run, through all phases. */
  async #measure(): Promise<void> {
    const target = await this.#moveIn();
    const stalls: number[] = [];
    const starting = { live: 0, resumed: 0, killed: 0, fresh: 0 };
    const look = (phase: Phase, { harmed, stall }: PhaseResult): void => {
      if (harmed !== null) throw new Error(`an empty run fails, ${phase}: ${harmed.harm}, ${harmed.detail}`);
      stalls.push(stall);
      if (phase !== "live") starting[phase] = stall * START_FACTOR;
    };
    try {
      for (let round = 0; round < EMPTY_ROUNDS; round++) look("live", await live(target, NOTHING, this.#limits));
      look("resumed", await resumed(target, [NOTHING], this.#limits));
      look("killed", await killed(target, [NOTHING], this.#limits));
      look("fresh", await fresh(target, [NOTHING], this.#limits));
    } finally {
      await target.moveOut();
    }
    const median = stalls.sort((one, other) => one - other)[Math.floor(stalls.length / 2)]!;
    const limit = (phase: Phase): number => Math.max(median * STALL_FACTOR, starting[phase]);
    const stall = { live: limit("live"), resumed: limit("resumed"), killed: limit("killed"), fresh: limit("fresh") };
    this.#limits = { ...this.#limits, stall };
    this.#result.empty = Math.max(this.#result.empty, median);
    const all = stalls.map((ms) => ms.toFixed(0)).join(", ");
    this.#say(`an empty run stalls for ${median.toFixed(1)} ms (${all}); the limit is ${Math.round(stall.live)} ms`);
  }

  /** @param tried attacks that were reported already, for their second time */
  async #group(attacks: readonly Attack[], tried: ReadonlySet<Attack>): Promise<void> {
    let target: Target | null = null;
    const passed: Attack[] = [];
    let isHarmed = false;
    for (const attack of attacks) {
      target ??= await this.#moveIn();
      const begin = performance.now();
      this.doing = `${attack.where}: ${attack.name}`;
      const result = await live(target, attack, this.#limits).catch((error: unknown) => unsent(error));
      this.#note(attack, result, tried.has(attack) ? null : performance.now() - begin);
      if (result.harmed === null) {
        passed.push(attack);
        continue;
      }
      await this.#failed(target, [attack], result.harmed);
      isHarmed = true;
      target = null;
    }
    if (!isHarmed && !this.#options.onlyLive && target !== null) return this.#restOf(target, passed);
    await target?.moveOut();
    if (!this.#options.onlyLive && passed.length > 0) await this.#group(passed, new Set(passed));
  }

  /** The other phases, once for all that got through the first. */
  async #restOf(target: Target, attacks: readonly Attack[]): Promise<void> {
    for (const [name, phase] of Object.entries({ resumed, killed, fresh })) {
      this.doing = `${name}: ${attacks.map((one) => `${one.where}: ${one.name}`).join("; ")}`;
      const result = await phase(target, attacks, this.#limits).catch((error: unknown) => ({
        ...unsent(error),
        phase: name as Phase,
      }));
      const names = attacks.length === 1 ? attacks[0]!.name : `${attacks.length} attacks`;
      this.#look(`${names}, ${name}`, result.stall);
      if (result.harmed === null) continue;
      const harmed = { ...result.harmed, phase: name as Phase };
      this.#say(`  ${name}: ${harmed.harm}, ${harmed.detail.split("\n", 1)[0]!.slice(0, 300)}`);
      if (attacks.length === 1) return this.#failed(target, attacks, harmed);
      await target.moveOut();
      const half = Math.ceil(attacks.length / 2);
      for (const part of [attacks.slice(0, half), attacks.slice(half)]) await this.#group(part, new Set(part));
      return;
    }
    this.#say(`  ${attacks.length} attacks: resumed, killed and fresh, too`);
    await target.moveOut();
  }

  async #failed(target: Target, [attack]: readonly Attack[], harmed: Harmed): Promise<void> {
    this.#result.failures.push({ attack: attack!.name, on: this.#neighbourhood.kind, ...harmed });
    await keepEvidence(target, attack!, harmed);
    await target.moveOut();
  }

  async #moveIn(): Promise<Target> {
    try {
      return await Target.moveIn(this.#neighbourhood, ++this.#victims);
    } catch (error) {
      this.#say(`a victim could not move in, and another one tries: ${String(error).slice(0, 300)}`);
      return Target.moveIn(this.#neighbourhood, ++this.#victims);
    }
  }

  /** @param ms null: said already */
  #note(attack: Attack, { harmed, stall, heldBack }: PhaseResult, ms: number | null): void {
    this.#look(attack.name, stall);
    if (heldBack && ms !== null) this.#result.heldBack.push(`${attack.name} (${this.#neighbourhood.kind})`);
    if (ms === null && harmed === null) return;
    const outcome =
      harmed === null ? "harmless" : `${harmed.harm.toUpperCase()}: ${harmed.detail.split("\n", 1)[0]!.slice(0, 300)}`;
    const notes = `${Math.round(stall)} ms stall, ${((ms ?? 0) / 1000).toFixed(1)} s${
      heldBack ? ", held back by the server" : ""
    }`;
    this.#say(`${attack.where}: ${attack.name}: ${outcome} (${notes})`);
  }

  #look(name: string, ms: number): void {
    if (ms > this.#result.longest.ms) this.#result.longest = { name: `${name} (${this.#neighbourhood.kind})`, ms };
  }

  #say(line: string): void {
    this.#options.say(`${this.#neighbourhood.kind}: ${line}`);
  }
}

const unsent = (error: unknown): PhaseResult => ({
  harmed: {
    phase: "live",
    harm: error instanceof Frozen ? "frozen" : "stopped",
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  },
  stall: 0,
  heldBack: false,
});
