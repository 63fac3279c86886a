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
