/** Hostile values for a field: unexpected by its reader, but allowed in XML 1.0. */
import type { Chance } from "../faults/chance.ts";

/** Names of properties that every object has, or that are special as object keys. */
export const PROTOTYPE_WORDS = [
  "constructor",
  "__proto__",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "__defineGetter__",
  "then",
  "length",
  "toJSON",
] as const;

const NUMBERS = [
  "-1",
  "0",
  "-0",
  "1",
  "007",
  "1.5",
  "1e308",
  "1e999",
  "-1e308",
  "NaN",
  "Infinity",
  "0x10",
  "2147483647",
  "2147483648",
  "4294967296",
  "9007199254740993",
  "99999999999999999999",
  "+5",
  " 5 ",
  "५",
  "",
  "1_000",
  "1,000",
];
const DATES = [
  "0000-01-01T00:00:00Z",
  "-000001-01-01T00:00:00Z",
  "+275760-09-13T00:00:00Z",
  "+275760-09-13T00:00:01Z",
  "9999-12-31T23:59:59Z",
  "1970-01-01T00:00:00Z",
  "1969-12-31T23:59:59Z",
  "2026-02-30T25:61:61Z",
  "20020910T23:08:25",
  "2026-11-29",
  "now",
  "yesterday",
  "NaN",
  "",
  "2026-11-29T12:00:00.123456789+14:00",
  "1e20",
  "8640000000000000",
];
const SIGNS = [
  "🐦",
  "👨‍👩‍👧‍👦",
  "👍🏿",
  "\u{1F1E9}\u{1F1EA}",
  "\u202Eesrever\u202C",
  "\u2066\u2067",
  "\u200B",
  "\u200D",
  "\uFEFF",
  "\uFFFD",
  "\u2028",
  "\u2029",
  "\u0085",
  "\u00A0",
  "\u00AD",
  "\u0301\u0301\u0301",
  "ﬀ",
  "İ",
  "ß",
  "ſ",
  "Ⅷ",
  "ǆ",
  "\u{E0001}",
  "\u{10FFFD}",
  "\u{1D173}",
  "̈",
  "َ",
  "א",
  "‏",
  "\t",
  "\n",
  "\r",
  "%00",
  "\\u0000",
  "&#0;",
  "<b>",
  "]]>",
  "'",
  '"',
  "`",
  "$&",
  "$1",
  "${1}",
  "{{x}}",
  "../..",
  "C:\\",
  "?",
  "#",
  "@",
  "/",
  ";",
];
/** Text that makes regular expressions backtrack. */
const REPEATED = [
  "a",
  "A",
  " ",
  "\n",
  "@",
  "/",
  ".",
  "?",
  "&",
  "=",
  ";",
  "%",
  "'",
  "0",
  "9",
  "-",
  "ß",
  "ﬀ",
  "\u0301",
  "İ",
  "א",
  "🐦",
  "xmpp:",
  "a@",
  "b/",
  "=A",
  "<",
  "\u202E",
  "aesgcm://",
  "[",
  "(",
  "a ",
  " (x) ",
];
const ADDRESSES = [
  "",
  "@",
  "/",
  "a@",
  "@b",
  "a@b/",
  "//",
  "@@",
  "a@b@c",
  "a b@c",
  "constructor@__proto__/toString",
  "ÀÉ@example.org",
  "ﬀ@example.org",
  "ß@example.org",
  "bob@example.org/\u202Egnp.exe",
  "bob@EXAMPLE.org",
  "bob@example.org.",
  "bob@[::1]",
  "[::1]",
  "127.0.0.1",
  "bob@xn--/x",
  "xn--a.example",
  "🐦@example.org",
  "bob@exa\u00ADmple.org",
  "\u200Bbob@example.org",
  "<b>@example.org",
  "a&b@example.org",
  "bob@example.org/a/b@c/d",
  "example.org/x",
  "bob@example.org/ ",
];

const repeat = (what: string, characters: number): string =>
  what.repeat(Math.max(1, Math.ceil(characters / what.length))).slice(0, characters);

/** A random length in characters, mostly small. */
function size(chance: Chance): number {
  const draw = chance.next();
  if (draw < 0.6) return chance.between(1, 40);
  if (draw < 0.9) return chance.pick([63, 64, 255, 256, 257, 1_023, 1_024, 1_025, 3_071, 3_072, 4_096, 4_097]);
  return draw < 0.98 ? chance.between(5_000, 20_000) : chance.pick([65_536, 131_072, 262_145]);
}

export interface Words {
  word(): string;
  text(): string;
  number(): string;
  date(): string;
  address(): string;
  base64(): string;
  uri(): string;
  /** Any of these. */
  any(): string;
  /** A value of the same apparent kind. */
  like(value: string): string;
}

/** @param people addresses that are known to the account */
export function createWords(chance: Chance, people: readonly string[]): Words {
  const words: Words = {
    word: () => (chance.is(0.5) ? chance.pick(PROTOTYPE_WORDS) : chance.pick(SIGNS)),
    text() {
      const draw = chance.next();
      if (draw < 0.15) return chance.pick(["", " ", "\n\n", "\t", "\u00A0", "\u200B"]);
      if (draw < 0.4) return repeat(chance.pick(REPEATED), size(chance));
      if (draw < 0.5)
        return (
          chance.pick(REPEATED) +
          repeat(chance.pick(REPEATED) + chance.pick(REPEATED), size(chance)) +
          chance.pick(REPEATED)
        );
      if (draw < 0.8)
        return Array.from({ length: chance.between(1, 20) }, () => chance.pick(SIGNS)).join(
          chance.pick(["", " ", "a"]),
        );
      return chance.pick([words.word, words.number, words.date, words.address, words.uri])();
    },
    number: () => chance.pick(NUMBERS),
    date: () => chance.pick(DATES),
    address() {
      const draw = chance.next();
      if (draw < 0.5) return chance.pick(people);
      if (draw < 0.8) return chance.pick(ADDRESSES);
      const [local, domain, resource] = [
        repeat(chance.pick(REPEATED), size(chance)),
        chance.pick(["example.org", "evil.example", repeat("a.", size(chance))]),
        words.word(),
      ];
      return chance.pick([
        `${local}@${domain}`,
        `${domain}/${local}`,
        `bob@example.org/${local}`,
        `tea@rooms.example.org/${local}`,
        `${local}@${domain}/${resource}`,
        `x${chance.between(0, 999)}@evil.example`,
      ]);
    },
    base64() {
      const good = Buffer.alloc(
        chance.pick([0, 1, 11, 12, 16, 31, 32, 33, 64, 300, 5_000]),
        chance.between(0, 255),
      ).toString("base64");
      return chance.pick([
        good,
        good.slice(0, -1),
        `${good}=`,
        `${good}!`,
        good.replaceAll("A", "-"),
        ` ${good}\n`,
        "====",
        repeat("A", size(chance)),
      ]);
    },
    uri: () =>
      chance.pick([
        `xmpp:${words.address()}`,
        `xmpp:${words.address()}?join;${repeat("a=b;", size(chance))}`,
        `aesgcm://example.org/${repeat("a", size(chance))}#${repeat("0", chance.pick([0, 88, 96, 97]))}`,
        "javascript:alert(1)",
        "https://[",
        `https://${repeat("a.", size(chance))}`,
        "data:text/html,<b>",
        "file:///etc/passwd",
        "cid:sha1+x@bob.xmpp.org",
        "http://example.org/%zz",
      ]),
    any: () =>
      chance.pick([words.word, words.text, words.number, words.date, words.address, words.base64, words.uri])(),
    like(value) {
      if (chance.is(0.25)) return words.any();
      if (/^-?\d+$/.test(value)) return words.number();
      if (/^\d{4}-\d\d-/.test(value)) return words.date();
      if (value.startsWith("xmpp:") || value.includes("://")) return words.uri();
      if (value.includes("@")) return words.address();
      if (/^[A-Za-z0-9+/]{20,}=*$/.test(value)) return words.base64();
      return chance.pick([words.word, words.text, words.text])();
    },
  };
  return words;
}
