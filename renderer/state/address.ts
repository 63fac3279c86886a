/** The JID in a typed text, or its problem. */
import { useEffect, useState } from "react";
import type { BareJid, Jid } from "../../shared/jid.ts";
import { pastedAddress } from "../../shared/pasted-address.ts";
import type { PlainKey } from "../i18n/index.ts";

export type AddressError = "jidMissing" | "jidNoAt" | "jidBad" | "jidResource" | "jidHidden" | "jidSeveral";
export type AddressCheck = { jid: BareJid; error: null } | { jid: null; error: AddressError };

/** Checks an address of an account. The tables of PRECIS and IDNA are large, so they are loaded only here. */
export async function checkAddress(input: string): Promise<AddressCheck> {
  const { address: text, problem } = pastedAddress(input);
  if (problem !== null) return { jid: null, error: problem === "hidden" ? "jidHidden" : "jidSeveral" };
  if (text === "") return { jid: null, error: "jidMissing" };
  if (text.includes("/")) return { jid: null, error: "jidResource" };
  if (!/^[^@]+@/.test(text)) return { jid: null, error: "jidNoAt" };
  const { isBare, tryJid } = await import("../../shared/jid.ts");
  const jid = tryJid(text);
  return jid !== null && isBare(jid) ? { jid, error: null } : { jid: null, error: "jidBad" };
}

/** ASCII that RFC 7622 allows: nearly every address. */
const PLAIN = /^[a-z0-9._-]{1,200}@[a-z0-9.-]{1,200}(?:\/[\u0020-\u007e]{1,256})?$/;

/** Whether a server gave an address that breaks the rules of RFC 7622; false until it is known. */
export function useBreaksRules(jid: Jid): boolean {
  const [known, setKnown] = useState<{ jid: Jid; breaks: boolean } | null>(null);
  useEffect(() => {
    let isCurrent = true;
    if (!PLAIN.test(jid))
      void import("../../shared/jid.ts").then(({ breaksRules }) => {
        if (isCurrent) setKnown({ jid, breaks: breaksRules(jid) });
      });
    return () => {
      isCurrent = false;
    };
  }, [jid]);
  return known?.jid === jid && known.breaks;
}

const NOTHING: AddressCheck = { jid: null, error: "jidMissing" };

/** The address in a field that may also contain other text; `jidMissing` until the text was checked. */
export function useAddress(text: string): AddressCheck {
  const [found, setFound] = useState<{ text: string; check: AddressCheck }>({ text: "", check: NOTHING });
  useEffect(() => {
    let isCurrent = true;
    void checkAddress(text).then((check) => {
      if (isCurrent) setFound({ text, check });
    });
    return () => {
      isCurrent = false;
    };
  }, [text]);
  return found.text === text ? found.check : NOTHING;
}

/**
 * The message about a text that is not an address.
 * @param usual the field's message for an invalid address
 */
export function addressProblem(error: AddressError, usual: PlainKey): PlainKey {
  switch (error) {
    case "jidHidden":
      return "roster.addressHidden";
    case "jidSeveral":
      return "roster.addressSeveral";
    case "jidResource":
      return "roster.addressResource";
    case "jidMissing":
    case "jidNoAt":
    case "jidBad":
      return usual;
  }
}

/** The problem of a text in a field that may also contain names; null if it is not meant as an address, or is one. */
export function typedProblem(text: string, { error }: AddressCheck): PlainKey | null {
  const isMeant = /[@\uFF20\uFE6B]./.test(text) || /^(?:xmpp|mailto):./i.test(text.trim());
  return error === null || error === "jidMissing" || !isMeant ? null : addressProblem(error, "roster.addressBad");
}
