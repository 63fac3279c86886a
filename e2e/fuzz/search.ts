/** Finds the stanza that causes a failure and minimises it. */
import { causeOf, type Findings } from "./findings.ts";
import type { Life } from "./life.ts";
import { shrink } from "./shrink.ts";

export interface SearchPorts {
  findings: Findings;
  life(): Life;
  /** Ends the account and starts another. */
  renew(): Promise<void>;
}

export interface Culprit {
  stanza: string;
  smallest: string;
}

/**
 * Sends all the stanzas again, then halves of them. Findings of the search are not counted.
 * @returns null when no single stanza causes it
 */
export async function search(
  texts: readonly string[],
  cause: string,
  { findings, life, renew }: SearchPorts,
): Promise<Culprit | null> {
  const counts = { ...findings.counts };
  /** Sends these. @returns whether the same failure occurs */
  async function does(some: readonly string[]): Promise<boolean> {
    life().send(some);
    await life().settle();
    const did = findings.take().some((one) => causeOf(one) === cause);
    // A failure that persists in the state of the program would show again with any stanza.
    if ((did && staysForEver) || !life().goesOn) await renew();
    return did;
  }

  let staysForEver = false;
  staysForEver = await does([]);
  if (staysForEver) await renew();
  let part = (await does(texts)) ? texts : [];
  while (part.length > 1) {
    const half = part.slice(0, Math.ceil(part.length / 2));
    const rest = part.slice(half.length);
    part = (await does(half)) ? half : (await does(rest)) ? rest : [];
  }
  const [stanza] = part;
  const smallest = stanza === undefined ? "" : await shrink(stanza, (smaller) => does([smaller]));
  Object.assign(findings.counts, counts);
  return stanza === undefined ? null : { stanza, smallest };
}
