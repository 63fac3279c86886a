/**
 * Prosody 0.12's `c2s` module with a fix: a resumed session (XEP-0198) uses the parser of the new connection. The stock
 * module feeds the new connection's data to the parser of the old connection; if that was cut within a stanza,
 * everything that follows becomes part of the stanza. Jackdaw notices only after half a minute.
 */
import { readFile } from "node:fs/promises";

const INSTALLED = "/usr/lib/prosody/modules/mod_c2s.lua";
const STOCK = "local ok, err = stream:feed(data);";
const MENDED = "local ok, err = session.stream:feed(data);";

/** @returns modules for `startProsody`; none if the installed module differs */
export async function mendedC2s(): Promise<Record<string, string>> {
  const source = await readFile(INSTALLED, "utf8").catch(() => "");
  return source.includes(STOCK) ? { c2s: source.replace(STOCK, MENDED) } : {};
}
