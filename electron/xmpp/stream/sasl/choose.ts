/** Chooses the SASL mechanism, and detects a downgrade in the offer (RFC 5802 §6, XEP-0440 §3). */
import { AuthProblem, type AuthIo } from "./ports.ts";

/** Strongest first. PLAIN reveals the password and is the last resort, inside TLS only. */
export const STRENGTH = [
  "SCRAM-SHA-512-PLUS",
  "SCRAM-SHA-256-PLUS",
  "SCRAM-SHA-1-PLUS",
  "SCRAM-SHA-512",
  "SCRAM-SHA-256",
  "SCRAM-SHA-1",
  "PLAIN",
] as const;
type MechanismName = (typeof STRENGTH)[number];
export type BindingType = keyof AuthIo["channelBinding"];

export interface Choice {
  name: MechanismName;
  binding: { type: BindingType; data: Buffer } | null;
  /** We support channel binding, and the server does not offer it. */
  couldBind: boolean;
  /**
   * The server offers channel binding, but lists only types that we do not know, not even the mandatory one. Probably a
   * man in the middle changed the list; only a proof by XEP-0474 shows otherwise (its §7, rule 6).
   */
  mustProve: boolean;
}

/**
 * Picks the strongest offered mechanism.
 * @param bindings the channel-binding types of the server (XEP-0440), null if it lists none
 * @param strongest the strongest mechanism that this account used before
 * @throws {AuthProblem} `no-mechanism` if none is usable, or `downgrade` if it is weaker than before
 */
export function choose(
  mechanisms: readonly string[],
  bindings: readonly string[] | null,
  channel: AuthIo["channelBinding"],
  strongest: string | null,
): Choice {
  const binding = bindingFor(bindings, channel);
  const name = STRENGTH.find((one) => mechanisms.includes(one) && (binding !== null || !one.endsWith("-PLUS")));
  const offered = mechanisms.slice(0, 32).map((one) => one.slice(0, 64));
  if (name === undefined) throw new AuthProblem("no-mechanism", { text: offered.join(" ").slice(0, 512) });
  if (isWeaker(name, strongest)) throw new AuthProblem("downgrade", { mechanisms: { before: strongest!, offered } });
  const plus = name.endsWith("-PLUS");
  const serverBinds = mechanisms.some((one) => one.endsWith("-PLUS"));
  const couldBind = Object.values(channel).some((data) => data !== null);
  const mustProve =
    !plus && serverBinds && couldBind && bindings !== null && !bindings.includes("tls-server-end-point");
  // PLAIN cannot carry the required proof.
  if (mustProve && name === "PLAIN") throw new AuthProblem("no-mechanism", { text: offered.join(" ").slice(0, 512) });
  return {
    name,
    binding: plus ? binding : null,
    // "y" means: we support channel binding and the server does not offer it. If it does, but only with types unknown
    // to us, "n" is correct.
    couldBind: !plus && !serverBinds && couldBind,
    mustProve,
  };
}

function bindingFor(bindings: readonly string[] | null, channel: AuthIo["channelBinding"]): Choice["binding"] {
  for (const type of ["tls-exporter", "tls-server-end-point", "tls-unique"] as const) {
    const data = channel[type];
    if (data === null) continue;
    // A server without XEP-0440 is assumed to support only the original default of RFC 5802 §6.1. Another type could
    // fail as "wrong password" and lock the user out.
    if (bindings === null ? type === "tls-unique" : bindings.includes(type)) return { type, data };
  }
  return null;
}

/** True if the mechanism is weaker than the strongest one that the account has used. */
export function isWeaker(name: string, strongest: string | null): boolean {
  const before = STRENGTH.indexOf(strongest as MechanismName);
  return before !== -1 && STRENGTH.indexOf(name as MechanismName) > before;
}
