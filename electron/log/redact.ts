/**
 * Removes from a log line whatever identifies a person or grants access: addresses, what follows a word like
 * "password", path and query of URLs, and long random words (keys, tokens). Linear: each step reads each word once.
 */

/** A word, for the purpose of finding addresses and keys. */
const WORD = /[^\s"'`<>(),;]+/g;
/** In a log line, whitespace is single spaces. */
const SECRET =
  /\b(pass(?:word|wort|phrase|wd)?|secret|token|preauth|cookie|proof|authorization|(?:private|recovery|store) ?key)(["']? ?[:=] ?| is )["']?[^\s"'`,;&]+/gi;
const WEB_ADDRESS = /^([a-z][a-z0-9+.-]{0,20}:\/\/)([^/?#]*)/i;
const LONG_HEX = /[0-9a-f]{32,}/gi;
/** Base64 of 15 bytes and more. Words with a full stop are file names. */
const RANDOM = /^[\w+/-]{20,}={0,2}$/;

/** @param text one line, already bounded @returns the line without private data, about the same length at most */
export function redact(text: string): string {
  return text.replace(SECRET, "$1$2…").replace(WORD, redactWord);
}

function redactWord(word: string): string {
  const web = WEB_ADDRESS.exec(word);
  // A stack line names a file of the program, which must stay readable.
  if (web !== null && web[1] !== "file://")
    return `${web[1]}${web[2]!.slice(web[2]!.lastIndexOf("@") + 1)}${web[0].length < word.length ? "/…" : ""}`;
  const at = word.indexOf("@");
  if (at !== -1 && web === null) return shortAddress(word, at);
  const value = word.slice(word.search(/[:=](?=[^:=])/) + 1);
  if (RANDOM.test(value) && isMixed(value)) return `${word.slice(0, -value.length)}…`;
  return word.replace(LONG_HEX, "…");
}

/** `from=alice@example.org/phone` becomes `from=a…@example.org`. */
function shortAddress(word: string, at: number): string {
  const before = word.slice(0, at);
  const start = Math.max(before.lastIndexOf(":"), before.lastIndexOf("="), before.lastIndexOf("/")) + 1;
  const end = word.slice(at).search(/[/?#]/);
  const domain = word.slice(at, end === -1 ? undefined : at + end);
  return `${word.slice(0, start)}${[...before.slice(start, start + 2)][0] ?? ""}…${domain.slice(domain.lastIndexOf("@"))}`;
}

const isMixed = (word: string): boolean => /[A-Z]/.test(word) && /[a-z]/.test(word) && /[0-9]/.test(word);
