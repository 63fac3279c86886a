/** The server that somebody types: its name alone, perhaps with what people put before it. */
import type { BareJid } from "../../shared/jid.ts";

/** @returns null when it is none */
export async function readServer(input: string): Promise<BareJid | null> {
  const text = input
    .trim()
    .replace(/^(?:xmpp:|https?:\/\/)/i, "")
    .replace(/\/$/, "");
  if (text === "" || /[@/\s]/.test(text)) return null;
  // The tables of IDNA are large.
  const { isBare, tryJid } = await import("../../shared/jid.ts");
  const jid = tryJid(text);
  return jid !== null && isBare(jid) ? jid : null;
}
