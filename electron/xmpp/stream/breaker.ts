/**
 * Breaks loops of failing sessions. A stanza that ends the session, because of what the server sends or what it
 * rejects, would be resumed or sent again and end the next session as well.
 */
import type { Problem, ProblemCode } from "../../../shared/model/problem.ts";
import { XmlError } from "./connection/parser.ts";
import { ConnectionProblem, wasReset } from "./connection/problems.ts";

/** Number of consecutive faults after which the next session is not resumed. */
const NEW_SESSION_AFTER = 2;
/** Number of consecutive faults after which the account stops and the user decides. */
const STOP_AFTER = 8;
/** A fault after a session of this length does not count as consecutive, ms. */
const LONG = 10 * 60_000;

/**
 * `again`: reconnect as before. `new-session`: reconnect without resumption. `stop`: stop the account with the problem.
 */
export type Verdict = "again" | "new-session" | "stop";

const FAULTS: ReadonlySet<ProblemCode> = new Set(["stream-error", "bad-xml", "policy-violation"]);

/**
 * Whether this problem ends a session because of what the server sent or received. A policy-violation does as well:
 * ejabberd ends a session so when strangers send more stanzas at once than it keeps unacknowledged.
 */
const isFaultCode = (code: ProblemCode): boolean => FAULTS.has(code);

/**
 * How a session ended. `fault`: because of what the server sent or received. `reset`: the server closed the connection,
 * and its stream error, if there was one, is lost. `lost`: anything else.
 */
export type Ended = "fault" | "reset" | "lost";

export function howEnded(problem: Problem | null): Ended {
  if (problem === null) return "lost";
  if (isFaultCode(problem.code)) return "fault";
  return wasReset(problem) ? "reset" : "lost";
}

/** Whether this error, which ended a session, is such a fault. */
export const isFault = (reason: unknown): boolean =>
  reason instanceof XmlError || (reason instanceof ConnectionProblem && isFaultCode(reason.problem.code));

export interface Breaker {
  /** @param lived how long the session lasted, ms */
  ended(reason: unknown, lived: number): Verdict;
  /** Called when the user tries again. */
  reset(): void;
}

export function createBreaker(): Breaker {
  let faults = 0;
  return {
    ended(reason, lived) {
      faults = isFault(reason) ? (lived > LONG ? 1 : faults + 1) : 0;
      return faults >= STOP_AFTER ? "stop" : faults >= NEW_SESSION_AFTER ? "new-session" : "again";
    },
    reset() {
      faults = 0;
    },
  };
}
