/** Which mechanism to use, and when what is offered is a downgrade (RFC 5802 §6, XEP-0440 §3). */
import { AuthProblem, type AuthIo } from "./ports.ts";

/** Strongest first. PLAIN hands over the password and is the last resort, inside TLS only. */
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
  /** We could have bound the channel, and the server does not offer it. */
  couldBind: boolean;
  /**
   * The server binds channels, but names only kinds that we do not know, not even the one that every server must have.
   * Likely somebody in between wrote that list; only a proof by XEP-0474 shows that he did not (its §7, rule 6).
   */
  mustProve: boolean;
}

/**
 * Picks the strongest mechanism of those offered.
 * @param bindings the types that the server says it can check (XEP-0440), null when it does not say
 * @param strongest what this account used before, from memory
 * @throws {AuthProblem} `no-mechanism` when none may be used, or `downgrade` when it is weaker than before
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
  // The password itself proves nothing.
  if (mustProve && name === "PLAIN") throw new AuthProblem("no-mechanism", { text: offered.join(" ").slice(0, 512) });
  return {
    name,
    binding: plus ? binding : null,
    // "y" says: I could, and you did not offer it. When it did offer, only with types unknown to us, "n" is true.
    couldBind: !plus && !serverBinds && couldBind,
    mustProve,
  };
}

function bindingFor(bindings: readonly string[] | null, channel: AuthIo["channelBinding"]): Choice["binding"] {
  for (const type of ["tls-exporter", "tls-server-end-point", "tls-unique"] as const) {
    const data = channel[type];
    if (data === null) continue;
    // A server that does not say what it checks (no XEP-0440) can be trusted to know only the kind that RFC 5802 §6.1
    // made the default. Guessing at another would lock the user out with "wrong password".
    if (bindings === null ? type === "tls-unique" : bindings.includes(type)) return { type, data };
  }
  return null;
}

/** True when the mechanism is weaker than the strongest that the account has used. */
export function isWeaker(name: string, strongest: string | null): boolean {
  const before = STRENGTH.indexOf(strongest as MechanismName);
  return before !== -1 && STRENGTH.indexOf(name as MechanismName) > before;
}
