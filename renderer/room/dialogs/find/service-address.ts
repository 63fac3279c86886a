/** The address of a service that somebody types: mostly a domain alone. */
import type { BareJid } from "../../../../shared/jid.ts";

/** @returns null when it is none. The tables of PRECIS and IDNA are large, so they are fetched only here. */
export async function serviceAddress(text: string): Promise<BareJid | null> {
  const { isBare, tryJid } = await import("../../../../shared/jid.ts");
  const jid = tryJid(text.trim().replace(/^xmpp:/i, ""));
  return jid !== null && isBare(jid) ? jid : null;
}
