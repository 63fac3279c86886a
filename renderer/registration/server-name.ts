/** Reads a typed server name, possibly with a usual prefix. */
import type { BareJid } from "../../shared/jid.ts";
import { pastedAddress } from "../../shared/pasted-address.ts";

/** @returns null if it is not one */
export async function readServer(input: string): Promise<BareJid | null> {
  const text = pastedAddress(input)
    .address?.replace(/^https?:\/\//i, "")
    .replace(/\/$/, "");
  if (text === undefined || text === "" || /[@/\s]/.test(text)) return null;
  // The tables of IDNA are large.
  const { isBare, tryJid } = await import("../../shared/jid.ts");
  const jid = tryJid(text);
  return jid !== null && isBare(jid) ? jid : null;
}
