/** What is wrong with a JID that somebody types into a form. */
import type { BareJid } from "../../shared/jid.ts";

export type AddressError = "jidMissing" | "jidNoAt" | "jidBad" | "jidResource";
export type AddressCheck = { jid: BareJid; error: null } | { jid: null; error: AddressError };

/**
 * Checks an address of an account. The tables of PRECIS and IDNA are large, so they are fetched only here,
 * where somebody types.
 */
export async function checkAddress(input: string): Promise<AddressCheck> {
  // An address copied from elsewhere often brings its scheme along.
  const text = input.trim().replace(/^xmpp:/i, "");
  if (text === "") return { jid: null, error: "jidMissing" };
  if (text.includes("/")) return { jid: null, error: "jidResource" };
  if (!/^[^@]+@/.test(text)) return { jid: null, error: "jidNoAt" };
  const { isBare, tryJid } = await import("../../shared/jid.ts");
  const jid = tryJid(text);
  return jid !== null && isBare(jid) ? { jid, error: null } : { jid: null, error: "jidBad" };
}
