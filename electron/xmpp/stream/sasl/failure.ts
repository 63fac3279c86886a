/** Maps a SASL failure to a problem (RFC 6120 §6.5). */
import type { Element } from "@xmpp/xml";
import type { ProblemCode } from "../../../../shared/model/problem.ts";
import { AuthProblem } from "./ports.ts";

const NS_CONDITIONS = "urn:ietf:params:xml:ns:xmpp-sasl";
// A Map, so that an element named like an object property finds nothing.
const CODES = new Map<string, ProblemCode>([
  ["not-authorized", "wrong-password"],
  ["credentials-expired", "wrong-password"],
  ["invalid-authzid", "wrong-password"],
  ["account-disabled", "account-disabled"],
  ["temporary-auth-failure", "temporary-auth-failure"],
  ["invalid-mechanism", "no-mechanism"],
  ["mechanism-too-weak", "no-mechanism"],
  ["encryption-required", "not-encrypted"],
]);

/** @param failure `<failure/>` of SASL or SASL2 */
export function failureProblem(failure: Element): AuthProblem {
  const conditions = failure.getChildElements();
  const other = conditions.filter((child) => child.name !== "text");
  // Application-specific elements may accompany the condition (XEP-0388 §2.6.2).
  const condition = (other.find((child) => child.getNS() === NS_CONDITIONS) ?? other[0])?.name ?? "not-authorized";
  const text = conditions.find((child) => child.name === "text")?.getText() ?? "";
  const code = CODES.get(condition) ?? "stream-error";
  return new AuthProblem(code, { text: (code === "stream-error" && text === "" ? condition : text).slice(0, 512) });
}
