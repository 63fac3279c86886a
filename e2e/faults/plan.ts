/** The faults and their order, determined by the seed and the number of faults. */
import type { Checkpoint } from "../../electron/app/host.ts";
import { createChance, type Chance } from "./chance.ts";
import { checkpoints, checkpointsEncrypted } from "./core/core-wire.ts";
import type { Direction, Side } from "./network/proxy.ts";
import type { Target } from "./writing/written.ts";

type What =
  /** Resets the connection (RST). */
  | { kind: "cut" }
  /** One side sees the end of the stream. */
  | { kind: "half-close"; side: Side }
  /** Nothing is forwarded for a while; then it continues, or the connection breaks. */
  | { kind: "stall"; directions: Direction[]; ms: number; breaks: boolean }
  | { kind: "delay"; by: number; ms: number }
  | { kind: "throttle"; rate: number; ms: number }
  /** The connection breaks after this many more bytes. */
  | { kind: "break-after"; direction: Direction; bytes: number }
  /** The same, on a connection that is being established. */
  | { kind: "break-sign-in"; direction: Direction; bytes: number }
  /** The server is unreachable for a while. */
  | { kind: "unreachable"; ms: number }
  /** The process is killed at any time, or when such a message passes a checkpoint. */
  | { kind: "kill"; ms: number }
  | { kind: "kill-at"; at: Checkpoint; what: Target; passes: number }
  | { kind: "server-restart" }
  /** Killed and restarted: the server has lost its sessions and the data it sent last. */
  | { kind: "server-crash" }
  /** The server ends our detached session, as after a long absence. */
  | { kind: "session-forgotten" }
  /** The user's clock is set forward or back, in ms. */
  | { kind: "clock"; by: number }
  /** The other device is unreachable for a while; the server may end its session as well. */
  | { kind: "other-away"; ms: number; forgotten: boolean };

export type Kind = What["kind"];
/** Whom a fault hits, where it hits one side only. */
export type Victim = "one" | "peer";
/** `hurried`: the next fault comes before the world has recovered from this one. */
export type Fault = What & { victim: Victim; hurried: boolean };

const SECOND = 1000;
const HOUR = 3600 * SECOND;

const draw: Record<Exclude<Kind, "kill-at">, (chance: Chance) => What> = {
  cut: () => ({ kind: "cut" }),
  "half-close": (chance) => ({ kind: "half-close", side: chance.pick(["client", "server"]) }),
  stall: (chance) => ({
    kind: "stall",
    directions: chance.pick<Direction[]>([["up"], ["down"], ["up", "down"]]),
    ms: chance.between(50, 500),
    breaks: chance.is(0.4),
  }),
  delay: (chance) => ({ kind: "delay", by: chance.between(20, 150), ms: chance.between(100, 400) }),
  throttle: (chance) => ({ kind: "throttle", rate: chance.between(1_000, 12_000), ms: chance.between(100, 400) }),
  "break-after": (chance) => ({
    kind: "break-after",
    direction: chance.pick(["up", "down"]),
    bytes: chance.between(1, 3_000),
  }),
  "break-sign-in": (chance) => ({
    kind: "break-sign-in",
    direction: chance.pick(["up", "down"]),
    bytes: chance.between(1, 6_000),
  }),
  unreachable: (chance) => ({ kind: "unreachable", ms: chance.between(20, 400) }),
  kill: (chance) => ({ kind: "kill", ms: chance.between(0, 200) }),
  "server-restart": () => ({ kind: "server-restart" }),
  "server-crash": () => ({ kind: "server-crash" }),
  "session-forgotten": () => ({ kind: "session-forgotten" }),
  clock: (chance) => ({
    kind: "clock",
    by:
      chance.pick([1, -1]) *
      chance.pick([chance.between(1, 5 * SECOND), chance.between(SECOND, HOUR), chance.between(HOUR, 30 * HOUR)]),
  }),
  "other-away": (chance) => ({ kind: "other-away", ms: chance.between(0, 400), forgotten: chance.is(0.6) }),
};

/** Shares per thousand; the remainder are cuts. Faults that take long are rare. */
const shares: Record<Exclude<Kind, "kill-at" | "cut">, number> = {
  "half-close": 110,
  stall: 110,
  delay: 60,
  throttle: 50,
  "break-after": 150,
  "break-sign-in": 110,
  unreachable: 50,
  kill: 50,
  "server-restart": 10,
  "server-crash": 15,
  "session-forgotten": 60,
  clock: 50,
  "other-away": 30,
};
/** Share per thousand of each checkpoint; at least two faults each. */
const KILLS_AT = 15;

/** What is encrypted: texts to people whose devices are known. */
const isDecrypted = (target: Target): boolean => /^(contact|room) (text|correction)$/.test(target);

/**
 * @param seed determines the plan
 * @param count number of faults
 * @param targets what is written: at each checkpoint the kills hit each in turn
 * @param encrypted the contact is a Jackdaw too, so it gets its share of the faults and dies at every checkpoint
 */
export function planFaults(seed: number, count: number, targets: readonly Target[], encrypted = false): Fault[] {
  const chance = createChance(seed);
  const kills = Math.max(2, Math.round((count * KILLS_AT) / 1000));
  const faults: What[] = (encrypted ? checkpointsEncrypted : checkpoints).flatMap((at, nth) => {
    const fitting = at === "decrypted" ? targets.filter(isDecrypted) : targets;
    return Array.from({ length: kills }, (_, time): What => {
      const what = fitting[(nth * kills + time) % fitting.length]!;
      return { kind: "kill-at", at, what, passes: chance.between(1, 2) };
    });
  });
  const shared = encrypted ? count - faults.length : count;
  for (const [kind, share] of Object.entries(shares)) {
    const times = Math.max(1, Math.round((shared * share) / 1000));
    for (let drawn = 0; drawn < times; drawn++) faults.push(draw[kind as keyof typeof shares](chance));
  }
  while (faults.length < count) faults.push(draw.cut(chance));
  /** Victims alternate within each kind, so that both get every kind. */
  const befallen = new Map<string, number>();
  function victim(fault: What): Victim {
    const kind = fault.kind === "kill-at" ? fault.at : fault.kind;
    const times = befallen.get(kind) ?? 0;
    befallen.set(kind, times + 1);
    return encrypted && times % 2 === 1 ? "peer" : "one";
  }
  return chance
    .shuffle(faults.slice(0, count))
    .map((fault) => ({ ...fault, victim: victim(fault), hurried: chance.is(0.25) }));
}
