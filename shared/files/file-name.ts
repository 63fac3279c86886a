/**
 * Makes the name of a received file safe to show and to save (XEP-0446 §3): it separates no path, reorders or hides no
 * text, and is allowed on every file system.
 */

/** Longest name in UTF-16 units: at most 240 bytes, which leaves room for a suffix that makes it unique. */
const MOST = { all: 80, end: 20 };
/** Characters that are looked at. A longer name is cut to its beginning and its end. */
const READ = 1_024;
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}/\\:*?"<>|]/gu;
/** Names that Windows reserves for devices. */
const DEVICES = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;

/** @param name hostile; null: unknown @returns at most 86 UTF-16 units, never empty */
export function safeFileName(name: string | null): string {
  const text = name ?? "";
  const read = text.length <= READ ? text : text.slice(0, READ / 2) + text.slice(-READ / 2);
  const safe = withoutEdges(read.replace(UNSAFE, "_"));
  const short = withoutEdges(safe.length <= MOST.all ? safe : shortened(safe));
  return short === "" || DEVICES.test(short) ? `file ${short}`.trim() : short;
}

/** Keeps the ending, and no half of a character. */
function shortened(name: string): string {
  return `${name.slice(0, MOST.all - MOST.end)}${name.slice(-MOST.end)}`.replace(
    /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g,
    "",
  );
}

/** Trims white space and dots. A loop, because the pattern `[\s.]+$` takes quadratic time. */
function withoutEdges(text: string): string {
  const isEdge = (at: number): boolean => /[\s.]/.test(text[at]!);
  let [from, to] = [0, text.length];
  while (from < to && isEdge(from)) from++;
  while (to > from && isEdge(to - 1)) to--;
  return text.slice(from, to);
}
