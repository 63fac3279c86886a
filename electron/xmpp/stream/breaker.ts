/**
 * Breaks loops of failing sessions. A stanza that ends the session, because of what the server sends or what it
 * rejects, would be resumed or sent again and end the next session as well.
 */
import type { ProblemCode } from "../../../shared/model/problem.ts";
import { XmlError } from "./connection/parser.ts";
import { ConnectionProblem } from "./connection/problems.ts";

/** Number of consecutive faults after which the next session is not resumed. */
const ANEW_AFTER = 2;
/** Number of consecutive faults after which the account stops and the user decides. */
const STOP_AFTER = 8;
/** A fault after a session of this length does not count as consecutive, ms. */
const LONG = 10 * 60_000;

/** `again`: reconnect as before. `anew`: reconnect without resumption. `stop`: stop the account with the problem. */
export type Verdict = "again" | "anew" | "stop";

const FAULTS: ReadonlySet<ProblemCode> = new Set(["stream-error", "bad-xml", "policy-violation"]);

/**
 * Whether this problem ends a session because of what the server sent or received. A policy-violation does as well:
 * ejabberd ends a session so when strangers send more stanzas at once than it keeps unacknowledged.
 */
export const isFaultCode = (code: ProblemCode): boolean => FAULTS.has(code);

/** The same of what ended a session. */
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
      return faults >= STOP_AFTER ? "stop" : faults >= ANEW_AFTER ? "anew" : "again";
    },
    reset() {
      faults = 0;
    },
  };
}
