/**
 * The phases of a trial. After each the friend's next message must have arrived: (a) live, after one attack, (b) after
 * the connection was cut and resumed, (c) after `kill -9` and a restart, (d) on a fresh installation that catches up.
 */
import type { Attack } from "./attack.ts";
import type { Round, Target } from "./target.ts";
import { Frozen, FROZEN_MS } from "./victim.ts";

export type Harm = "stopped" | "frozen" | "lost";
export const phases = ["live", "resumed", "killed", "fresh"] as const;
export type Phase = (typeof phases)[number];

export interface Harmed {
  phase: Phase;
  harm: Harm;
  detail: string;
}

/** The promise: so long the next message of a friend may take, in ms. */
export const ARRIVES_MS = 5_000;
/** A stream that the server itself broke may end so often before the breaker steps over. */
const BROKEN_SESSIONS = 2;
/** So much longer it may take then: two attempts to connect lie between. */
const BROKEN_MS = 15_000;
/** A fresh installation reads the whole archive; a page of it may end the session first. */
const READ_MS = 30_000;

export interface Limits {
  /** Multiplies the promise, for machines that others use as well. */
  patience: number;
  /** Longest stall of the main loop, in ms, by phase. */
  stall: Readonly<Record<Phase, number>>;
}

export interface PhaseResult {
  harmed: Harmed | null;
  /** Longest stall of the main loop, in ms. */
  stall: number;
  /** The server ended the attacker's stream. */
  heldBack: boolean;
}

/** One attack on a victim that is online, then the next messages of a friend. */
export async function live(target: Target, attack: Attack, limits: Limits): Promise<PhaseResult> {
  const before = target.victim.sessions;
  const broken = mayBreak(target, [attack]);
  const told = target.victim.uncloneable.length;
  await target.victim.stall();
  const heldBack = await send(target, [attack]);
  const result = await judged(target, "live", limits, {
    round: () => target.round(),
    sessions: before + (broken ? BROKEN_SESSIONS : 0),
    ms: broken ? ARRIVES_MS + BROKEN_MS : ARRIVES_MS,
  });
  const unsent = target.victim.uncloneable.slice(told);
  if (result.harmed === null && unsent.length > 0) {
    return {
      ...result,
      heldBack,
      harmed: { phase: "live", harm: "stopped", detail: `no window could be sent ${unsent.join(", ")}` },
    };
  }
  return { ...result, heldBack };
}

/** The attacks come while the connection is cut; then it is resumed. */
export async function resumed(target: Target, attacks: readonly Attack[], limits: Limits): Promise<PhaseResult> {
  const { victim, proxy } = target;
  const before = victim.sessions;
  proxy.refuse();
  proxy.cut();
  if (!(await victim.until(() => victim.connection?.state !== "online", 20_000))) {
    return lost("resumed", "stopped", "it did not notice that the connection was cut");
  }
  await send(
    target,
    attacks.filter((one) => one.onlyLive !== true),
  );
  const held = await target.round();
  proxy.clear();
  await victim.call("account.connectNow", { account: target.account });
  const result = await judged(target, "resumed", limits, {
    round: async () => held,
    ...allowed(target, before, attacks),
  });
  return result.harmed === null ? again(target, "resumed", limits, result) : result;
}

/** The attacks come while the program is dead; then it is started again. */
export async function killed(target: Target, attacks: readonly Attack[], limits: Limits): Promise<PhaseResult> {
  await target.victim.kill();
  await send(
    target,
    attacks.filter((one) => one.onlyLive !== true),
  );
  const held = await target.round();
  await target.start();
  await target.opensChats();
  const result = await judged(target, "killed", limits, { round: async () => held, ...allowed(target, 0, attacks) });
  target.remember();
  return result.harmed === null ? again(target, "killed", limits, result) : result;
}

/** Somebody signs in on another machine, and all of it is in the archive. */
export async function fresh(target: Target, attacks: readonly Attack[], limits: Limits): Promise<PhaseResult> {
  await target.victim.stop();
  const held = await target.round();
  await target.install();
  const result = await judged(target, "fresh", limits, { round: async () => held, ...allowed(target, 0, attacks) });
  if (result.harmed !== null) return result;
  const repeated = await again(target, "fresh", limits, result);
  return repeated.harmed === null ? all(target, repeated) : repeated;
}

const mayBreak = ({ neighbourhood }: Target, attacks: readonly Attack[]): boolean =>
  attacks.some((one) => one.endsStream?.includes(neighbourhood.kind) === true);

const allowed = (target: Target, before: number, attacks: readonly Attack[]): { sessions: number; ms: number } => {
  const broken = mayBreak(target, attacks);
  return { sessions: before + 1 + (broken ? BROKEN_SESSIONS : 0), ms: broken ? ARRIVES_MS + BROKEN_MS : ARRIVES_MS };
};

const lost = (phase: Phase, harm: Harm, detail: string): PhaseResult => ({
  harmed: { phase, harm, detail },
  stall: 0,
  heldBack: false,
});

/** @returns whether the server ended the attacker's stream */
async function send(target: Target, attacks: readonly Attack[]): Promise<boolean> {
  let heldBack = false;
  for (const attack of attacks) {
    const hostile = await target.hostile();
    await attack.send(target.scene((text) => hostile.write(text)));
    const isThrough = await hostile.settle();
    await target.neighbourhood.component.settle();
    if (!isThrough) {
      heldBack = true;
      await target.hostileEnters();
    }
  }
  await target.settle();
  return heldBack;
}

interface Expected {
  round: () => Promise<Round>;
  /** At most so many sessions since the process began. */
  sessions: number;
  ms: number;
}

async function judged(
  target: Target,
  phase: Phase,
  { patience, stall: limit }: Limits,
  { round, sessions, ms }: Expected,
): Promise<PhaseResult> {
  const { victim } = target;
  const harmed = (harm: Harm, detail: string, stall = 0): PhaseResult => ({
    harmed: { phase, harm, detail },
    stall,
    heldBack: false,
  });
  try {
    const marks = await round();
    const isThere = (): boolean => target.missing(marks).length === 0 && victim.connection?.state === "online";
    const begin = performance.now();
    const isOver = (): boolean => isThere() || victim.sessions > sessions || !victim.isAlive;
    // What the friend hears is no event of the victim's, so it is looked at now and then as well.
    while (!isOver() && performance.now() - begin < ms * patience) await victim.until(isOver, 50);
    if (!victim.isAlive) return harmed("stopped", `the process ended: ${victim.output().slice(-2_000)}`);
    const { ms: stall, busy } = await victim.stall();
    const most = limit[phase];
    const state = JSON.stringify(victim.connection);
    const { sessions: began } = victim;
    const missing = target.missing(marks);
    if (began > sessions) {
      return harmed(
        "stopped",
        `${began - sessions} sessions too many; ${missing.length} marks missing; ${state}`,
        stall,
      );
    }
    if (victim.connection?.state !== "online") return harmed("stopped", `not online: ${state}`, stall);
    if (missing.length > 0) {
      return harmed(
        busy > ms ? "frozen" : "lost",
        `missing: ${missing.join(", ")}; stalled for ${Math.round(stall)} ms`,
        stall,
      );
    }
    await victim.call("room.list", {});
    // On a machine that others use as well, the main loop also stands still when it is not let run.
    if (Math.min(stall, busy) > most) {
      return harmed("frozen", `its main loop stood still for ${Math.round(stall)} ms, of ${Math.round(most)}`, stall);
    }
    return { harmed: null, stall, heldBack: false };
  } catch (error) {
    const isFrozen = error instanceof Frozen;
    return harmed(isFrozen ? "frozen" : "stopped", String(error).slice(0, 2_000), isFrozen ? FROZEN_MS : 0);
  }
}

/** A second round, live, after the first was heard. */
async function again(target: Target, phase: Phase, limits: Limits, first: PhaseResult): Promise<PhaseResult> {
  const sessions = target.victim.sessions;
  const second = await judged(target, phase, limits, { round: () => target.round(), sessions, ms: ARRIVES_MS });
  return { ...second, stall: Math.max(first.stall, second.stall) };
}

/** Every direct message of the friend is there once. */
async function all(target: Target, result: PhaseResult): Promise<PhaseResult> {
  let wrong = await target.wrong();
  for (const until = Date.now() + READ_MS; wrong.lost.length > 0 && Date.now() < until; wrong = await target.wrong()) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  if (wrong.lost.length === 0 && wrong.doubled.length === 0) return result;
  const detail = `lost for good: ${wrong.lost.join(", ") || "none"}; doubled: ${wrong.doubled.join(", ") || "none"}`;
  return { ...result, harmed: { phase: "fresh", harm: "lost", detail } };
}
