/**
 * Prosody 0.12's `c2s` module with one mend: a session that is resumed (XEP-0198) goes on with the parser of the new
 * connection. The stock one feeds what comes over it to the parser of the old connection, and where that one was cut
 * within a stanza, it takes all that follows for a piece of that stanza. Jackdaw finds out, but only after half a
 * minute.
 */
import { readFile } from "node:fs/promises";

const INSTALLED = "/usr/lib/prosody/modules/mod_c2s.lua";
const STOCK = "local ok, err = stream:feed(data);";
const MENDED = "local ok, err = session.stream:feed(data);";

/** @returns modules for `startProsody`; none where the installed one is another */
export async function mendedC2s(): Promise<Record<string, string>> {
  const source = await readFile(INSTALLED, "utf8").catch(() => "");
  return source.includes(STOCK) ? { c2s: source.replace(STOCK, MENDED) } : {};
}
