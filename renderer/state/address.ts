/** The JID in what somebody types, or what is wrong with it. */
import { useEffect, useState } from "react";
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

/** @returns null as long as the text is no whole address */
export function useAddress(text: string): BareJid | null {
  const [found, setFound] = useState<{ text: string; jid: BareJid | null }>({ text: "", jid: null });
  useEffect(() => {
    let isCurrent = true;
    void checkAddress(text).then(({ jid }) => {
      if (isCurrent) setFound({ text, jid });
    });
    return () => {
      isCurrent = false;
    };
  }, [text]);
  return found.text === text ? found.jid : null;
}
