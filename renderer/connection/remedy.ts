/** Which action of the user mends a problem. */
import type { Problem } from "../../shared/model/problem.ts";

/** What helps against a problem, besides trying again. */
export type Remedy = "password" | "certificate" | "downgrade" | "settings" | "none";

/** The right action for a problem that the user has to mend. */
export function remedyFor(problem: Problem): Remedy {
  if (problem.code === "wrong-password") return "password";
  if (problem.code === "downgrade") return "downgrade";
  if (problem.code.startsWith("certificate-") && problem.certificate !== undefined) return "certificate";
  return problem.code === "conflict" || problem.code === "not-encrypted" ? "settings" : "none";
}

/** Problems that are found on this side of the line: their text is a note for the log, not the server's word. */
const OWN_FINDING =
  /^(certificate-|tls-|unknown-host|refused|unreachable|timeout|no-mechanism|downgrade|server-signature|not-encrypted|bad-xml|connection-lost|see-other-host-loop)/;

/** What the server itself said about the problem; empty when it said nothing. */
export const serverWords = (problem: Problem): string => (OWN_FINDING.test(problem.code) ? "" : problem.text);
