/**
 * Ends loops of sessions. What the server says, or refuses to hear, may end each session in the same way: the stanza is
 * resumed, or sent again, and the next session ends as well. No account goes round like this for ever.
 */
import type { ProblemCode } from "../../../shared/model/problem.ts";
import { XmlError } from "./connection/parser.ts";
import { ConnectionProblem } from "./connection/problems.ts";

/** Sessions in a row after which nothing is resumed any more. */
const ANEW_AFTER = 2;
/** Sessions in a row after which the account stops, and the user decides. */
const STOP_AFTER = 8;
/** A session that lived so long ended for a reason of its own, ms. */
const LONG = 10 * 60_000;

/** `again`: as before. `anew`: what would be resumed is given up. `stop`: the account stops with the problem. */
export type Verdict = "again" | "anew" | "stop";

const FAULTS: ReadonlySet<ProblemCode> = new Set(["stream-error", "bad-xml", "policy-violation"]);

/**
 * True when the session ended because of what the server sent or received. A policy-violation is a fault as well:
 * ejabberd ends a session so when strangers send more stanzas at once than it keeps unacknowledged.
 */
export const isFault = (reason: unknown): boolean =>
  reason instanceof XmlError || (reason instanceof ConnectionProblem && FAULTS.has(reason.problem.code));

export interface Breaker {
  /** @param lived how long the session was up, ms */
  ended(reason: unknown, lived: number): Verdict;
  /** The user tries again. */
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
