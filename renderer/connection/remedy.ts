/** The user's action that solves a problem. */
import type { Problem } from "../../shared/model/problem.ts";

/** Actions against a problem, besides trying again. */
export type Remedy = "password" | "certificate" | "downgrade" | "settings" | "none";

/** The action for a problem that the user must solve. */
export function remedyFor(problem: Problem): Remedy {
  if (problem.code === "wrong-password") return "password";
  if (problem.code === "downgrade") return "downgrade";
  if (problem.code.startsWith("certificate-") && problem.certificate !== undefined) return "certificate";
  return problem.code === "conflict" || problem.code === "not-encrypted" ? "settings" : "none";
}

/** Problems detected on our side: their text is for the log, not from the server. */
const OWN_FINDING =
  /^(certificate-|tls-|unknown-host|refused|unreachable|timeout|no-mechanism|downgrade|server-signature|not-encrypted|bad-xml|connection-lost|see-other-host-loop)/;

/** The server's own text about the problem; empty if there is none. */
export const serverText = (problem: Problem): string => (OWN_FINDING.test(problem.code) ? "" : problem.text);
