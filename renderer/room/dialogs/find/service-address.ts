/** Reads a typed service address: usually a domain. */
import type { BareJid } from "../../../../shared/jid.ts";
import { pastedAddress } from "../../../../shared/pasted-address.ts";

/** @returns null if it is not one. The tables of PRECIS and IDNA are large, so they are loaded only here. */
export async function serviceAddress(text: string): Promise<BareJid | null> {
  const { isBare, tryJid } = await import("../../../../shared/jid.ts");
  const jid = tryJid(pastedAddress(text).address);
  return jid !== null && isBare(jid) ? jid : null;
}
