/**
 * The phases of a trial. After each, the friend's next message must arrive: (a) live, after one attack; (b) after the
 * connection was cut and resumed; (c) after `kill -9` and a restart; (d) on a fresh installation that catches up.
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

/** The promise: the time limit for the friend's next message, in ms. */
export const ARRIVES_MS = 5_000;
/**
 * How often the server may end the session before the breaker steps over the stanza, or the room is left: of a flood
 * the connection may be cut before the error arrives, which says nothing.
 */
const BROKEN_SESSIONS = 3;
/** A session that the server may end counts when it has lived so long, in ms. */
const CALM_MS = 2_000;
/** Extra time for those reconnects, in ms. */
const BROKEN_MS = 15_000;
/** Time limit for a fresh installation to read the whole archive, in ms; a page may end the session first. */
const READ_MS = 30_000;

export interface Limits {
  /** Multiplies the time limits on a machine that is shared. */
  patience: number;
  /** Limit of a stall of the main loop, in ms, by phase. */
  stall: Readonly<Record<Phase, number>>;
}

export interface PhaseResult {
  harmed: Harmed | null;
  /** Longest stall of the main loop, in ms. */
  stall: number;
  /** The server ended the attacker's stream. */
  heldBack: boolean;
}

/** Runs one attack on an online victim, then waits for the friend's next messages. */
export async function live(target: Target, attack: Attack, limits: Limits): Promise<PhaseResult> {
  const before = target.victim.sessions;
  const told = target.victim.uncloneable.length;
  await target.victim.stall();
  const heldBack = await send(target, [attack]);
  const result = await judged(target, "live", limits, {
    ...allowed(target, before, [attack]),
    round: () => target.round(),
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

/** Runs the attacks while the connection is cut, then lets it resume. */
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
    ...allowed(target, before + 1, attacks),
  });
  return result.harmed === null
    ? again(target, "resumed", limits, result, allowed(target, before + 1, attacks))
    : result;
}

/** Runs the attacks while the process is dead, then restarts it. */
export async function killed(target: Target, attacks: readonly Attack[], limits: Limits): Promise<PhaseResult> {
  await target.victim.kill();
  await send(
    target,
    attacks.filter((one) => one.onlyLive !== true),
  );
  const held = await target.round();
  await target.start();
  await target.opensChats();
  const result = await judged(target, "killed", limits, { round: async () => held, ...allowed(target, 1, attacks) });
  target.remember();
  return result.harmed === null ? again(target, "killed", limits, result, allowed(target, 1, attacks)) : result;
}

/** Signs in on a fresh installation that reads everything from the archive. */
export async function fresh(target: Target, attacks: readonly Attack[], limits: Limits): Promise<PhaseResult> {
  await target.victim.stop();
  const held = await target.round();
  await target.install();
  const result = await judged(target, "fresh", limits, { round: async () => held, ...allowed(target, 1, attacks) });
  if (result.harmed !== null) return result;
  const repeated = await again(target, "fresh", limits, result, allowed(target, 1, attacks));
  return repeated.harmed === null ? all(target, repeated) : repeated;
}

const mayBreak = ({ neighbourhood }: Target, attacks: readonly Attack[]): boolean =>
  attacks.some((one) => one.endsStream?.includes(neighbourhood.kind) === true);

const allowed = (target: Target, before: number, attacks: readonly Attack[]): Omit<Expected, "round"> => {
  const breaks = mayBreak(target, attacks);
  return {
    sessions: before + (breaks ? BROKEN_SESSIONS : 0),
    ms: breaks ? ARRIVES_MS + BROKEN_MS : ARRIVES_MS,
    breaks,
  };
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
  /** Limit of sessions since the process started. */
  sessions: number;
  ms: number;
  /** The server may end the session. */
  breaks: boolean;
}

async function judged(
  target: Target,
  phase: Phase,
  { patience, stall: limit }: Limits,
  { round, sessions, ms, breaks }: Expected,
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
    // Marks that the friend receives raise no event here, so the loop also polls.
    const isInTime = (): boolean => performance.now() - begin < ms * patience;
    const isBroken = (): boolean => victim.connection?.state !== "online" || !victim.isAlive;
    // The wait before each reconnect grows from attack to attack; what counts here is the number of sessions.
    const hasten = async (): Promise<void> => {
      if (breaks && victim.connection?.state === "waiting")
        await victim.call("account.connectNow", { account: target.account });
    };
    do {
      while (!isOver() && isInTime()) {
        await hasten();
        await victim.until(isOver, 50);
      }
      // The server may break the session right after the marks have come, as often as the attack allows.
    } while (breaks && isInTime() && victim.sessions <= sessions && (await victim.until(isBroken, CALM_MS)));
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
    // On a shared machine the main loop also stalls when it is not scheduled, so processor time counts as well.
    if (Math.min(stall, busy) > most) {
      const told = `its main loop was busy for ${Math.round(busy)} ms, of ${Math.round(most)}, and stood still for ${Math.round(stall)}`;
      return harmed("frozen", told, stall);
    }
    return { harmed: null, stall, heldBack: false };
  } catch (error) {
    const isFrozen = error instanceof Frozen;
    return harmed(isFrozen ? "frozen" : "stopped", String(error).slice(0, 2_000), isFrozen ? FROZEN_MS : 0);
  }
}

/** A second round while the victim is online, after the first one has arrived; the sessions of both are counted. */
async function again(
  target: Target,
  phase: Phase,
  limits: Limits,
  first: PhaseResult,
  expected: Omit<Expected, "round">,
): Promise<PhaseResult> {
  const sessions = Math.max(expected.sessions, target.victim.sessions);
  const second = await judged(target, phase, limits, { ...expected, round: () => target.round(), sessions });
  return { ...second, stall: Math.max(first.stall, second.stall) };
}

/** Checks that the store has each direct message of the friend exactly once. */
async function all(target: Target, result: PhaseResult): Promise<PhaseResult> {
  let wrong = await target.wrong();
  for (const until = Date.now() + READ_MS; wrong.lost.length > 0 && Date.now() < until; wrong = await target.wrong()) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  if (wrong.lost.length === 0 && wrong.doubled.length === 0) return result;
  const detail = `lost for good: ${wrong.lost.join(", ") || "none"}; doubled: ${wrong.doubled.join(", ") || "none"}`;
  return { ...result, harmed: { phase: "fresh", harm: "lost", detail } };
}
