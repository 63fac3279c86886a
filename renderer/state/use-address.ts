/** The JID in what somebody types, once it is one. */
import { useEffect, useState } from "react";
import type { BareJid } from "../../shared/jid.ts";
import { checkAddress } from "./address.ts";

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
