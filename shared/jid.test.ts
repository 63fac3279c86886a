import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import {
  anyJid,
  bareJid,
  breaksRules,
  domainOf,
  fullJid,
  JidError,
  localOf,
  receivedJid,
  resourceOf,
  toBare,
  tryJid,
} from "./jid.ts";

describe("JIDs (RFC 7622)", () => {
  // The examples of RFC 7622 §3.5, table 1.
  it.each([
    ["juliet@example.com", "juliet@example.com"],
    ["juliet@example.com/foo", "juliet@example.com/foo"],
    ["juliet@example.com/foo bar", "juliet@example.com/foo bar"],
    ["juliet@example.com/foo@bar", "juliet@example.com/foo@bar"],
    ["foo\\20bar@example.com", "foo\\20bar@example.com"],
    ["fussball@example.com", "fussball@example.com"],
    ["fu\u00DFball@example.com", "fu\u00DFball@example.com"],
    ["\u03C0@example.com", "\u03C0@example.com"],
    ["\u03A3@example.com/foo", "\u03C3@example.com/foo"],
    ["king@example.com/\u265A", "king@example.com/\u265A"],
    ["example.com", "example.com"],
    ["example.com/foobar", "example.com/foobar"],
    ["a.example.com/b@example.net", "a.example.com/b@example.net"],
    ["Alice@EXAMPLE.com/Phone", "alice@example.com/Phone"],
    ["\uFF21lice@example.com", "alice@example.com"],
    ["user@xn--mnchen-3ya.example", "user@m\u00FCnchen.example"],
    ["user@[::1]", "user@[::1]"],
    ["user@localhost.", "user@localhost"],
  ])("anyJid normalises %s to %s", (input, normal) => {
    expect(anyJid(input)).toBe(normal);
  });

  // RFC 7622 §3.5, table 2, and addresses that servers are known to let through.
  it.each([
    ['"juliet"@example.com'],
    ["foo bar@example.com"],
    ["juliet@example.com/"],
    ["@example.com/"],
    ["@example.com"],
    ["henry\u2163@example.com"],
    ["\u265A@example.com"],
    ["juliet@"],
    ["/foobar"],
    [""],
    ["a\u200Bb@example.com"],
    ["a\u202Eb@example.com"],
    ["juliet@example.com/a\u0000b"],
    [`${"a".repeat(1024)}@example.com`],
    ["juliet@exa mple.com"],
  ])("anyJid refuses %j", (input) => {
    expect(() => anyJid(input)).toThrow(JidError);
    expect(tryJid(input)).toBeNull();
  });

  it("the parts of a JID are split and normalised", () => {
    const jid = fullJid("Romeo@Montague.example/Orchard/2");
    expect(toBare(jid)).toBe("romeo@montague.example");
    expect(resourceOf(jid)).toBe("Orchard/2");
    expect(localOf(jid)).toBe("romeo");
    expect(domainOf(jid)).toBe("montague.example");
    expect(bareJid("romeo@montague.example/x")).toBe("romeo@montague.example");
    expect(() => fullJid("romeo@montague.example")).toThrow(JidError);
  });
});

describe("length limits of JIDs (RFC 7622 §3.2 to §3.4)", () => {
  it.each([
    ["a local part of 1,023 octets", `${"a".repeat(1023)}@example.com`],
    ["a resource of 1,023 octets", `example.com/${"\u00E9".repeat(511)}a`],
    ["a domain of 253 characters", `a@${"a.".repeat(126)}a`],
    [
      "a domain of 240 astral characters that encode to few octets",
      `a@${["\u{20000}".repeat(40), "\u{20000}".repeat(40), "com"].join(".")}`,
    ],
  ])("tryJid accepts %s", (_what, input) => {
    expect(tryJid(input)).toBe(input);
  });

  it.each([
    ["a local part of 1,024 octets", `${"a".repeat(1024)}@example.com`],
    ["a resource of 512 letters of two octets", `example.com/${"\u00E9".repeat(512)}`],
    ["a resource that is within the limit only after normalisation", `example.com/${"e\u0301".repeat(400)}`],
    [
      "a resource that normalisation makes longer than 1,023 octets",
      `example.com/${"\u0390".normalize("NFD").repeat(10)}${"\u{1D160}".repeat(250)}`,
    ],
    ["a domain of 254 characters", `a@${"a.".repeat(126)}ab`],
    [
      "a text of 180,000 combining marks, which would take minutes to normalise",
      `a@b/${"\u0315\u0300".repeat(90_000)}`,
    ],
    ["a text of 180,000 combining marks in the local part", `${"\u0315\u0300".repeat(90_000)}@b`],
    ["a text of 180,000 combining marks in the domain", `a@${"\u0315\u0300".repeat(90_000)}`],
  ])("tryJid refuses %s", (_what, input) => {
    expect(tryJid(input)).toBeNull();
    expect(() => anyJid(input)).toThrow(JidError);
  });

  it("tryJid refuses Arabic-Indic and extended Arabic-Indic digits in one part (RFC 5892 A.8, A.9)", () => {
    expect(tryJid("a@b/\u0661\u06F1")).toBeNull();
    expect(tryJid(`a@b/\u0661${"x".repeat(500)}\u06F1`)).toBeNull();
    expect(tryJid("a@b/\u0661\u0662")).toBe("a@b/\u0661\u0662");
  });
});

describe("JIDs that a server passes on although they break the rules", () => {
  it.each([
    ["a zero-width joiner in a resource", "a@b.example/\u{1F469}\u200D\u{1F680}"],
    ["a variation selector in a resource", "a@b.example/Anna \u2764\uFE0F"],
    ["a resource of 1,024 octets", `a@b.example/${"a".repeat(1024)}`],
    ["an underscore in the domain", "a@my_server.example/phone"],
    ["an emoji in the local part", "\u{1F426}@b.example"],
    ["a space in the local part", "jack daw@b.example"],
    ["a tatweel in the local part", "\u0645\u0640\u0645@b.example"],
    ["Hebrew and Latin in the local part", "\u05D0abc@b.example"],
    ["capitals in a local part that breaks the rules", "Jack Daw@b.example"],
  ])("receivedJid keeps %s as it is, and tryJid refuses it", (_what, input) => {
    expect(tryJid(input)).toBeNull();
    expect(receivedJid(input)).toBe(input);
    expect(breaksRules(receivedJid(input)!)).toBe(true);
  });

  it.each([
    ["Alice@EXAMPLE.com/a\u200Db", "alice@example.com/a\u200Db"],
    ["Jack Daw@EXAMPLE.com/Phone", "Jack Daw@example.com/Phone"],
    ["Alice@my_server.example/a\u00A0b", "alice@my_server.example/a b"],
    ["a@b.example/x/y@z\u200D", "a@b.example/x/y@z\u200D"],
  ])("receivedJid normalises the parts of %j that keep the rules", (input, given) => {
    expect(receivedJid(input)).toBe(given);
    expect(receivedJid(given)).toBe(given);
  });

  it.each(["Alice@EXAMPLE.com/Phone", "\uFF21lice@example.com", "user@localhost.", "user@xn--mnchen-3ya.example"])(
    "receivedJid never makes a second identity of %s, which keeps the rules",
    (input) => {
      expect(receivedJid(input)).toBe(anyJid(input));
      expect(breaksRules(receivedJid(input)!)).toBe(false);
    },
  );

  it.each([
    ["nothing", ""],
    ["no domain", "juliet@"],
    ["no domain before a resource", "/foobar"],
    ["an empty local part", "@example.com"],
    ["an empty resource", "jack daw@example.com/"],
    ["a second at sign", "a@b@example.com"],
    ["a space in the domain", "juliet@exa mple.com"],
    ["a domain of full stops", "juliet@..."],
    ["a control character", "juliet@example.com/a\u0000b"],
    ["a line feed", "juliet@example.com/a\nb"],
    ["a line separator", "juliet@example.com/a\u2028b"],
    ["half a surrogate pair", "juliet@example.com/a\uD800b"],
    ["a noncharacter of XML", "juliet@example.com/a\uFFFEb"],
    ["more than 3,071 letters", `a@b/${"a".repeat(3_068)}`],
    ["more than 3,071 octets", `a@b/${"\u00E9".repeat(1_534)}`],
    ["180,000 combining marks", `a@b/${"\u0315\u0300".repeat(90_000)}`],
  ])("receivedJid refuses %s", (_what, input) => {
    expect(receivedJid(input)).toBeNull();
  });

  it("receivedJid keeps an address of 3,071 octets", () => {
    for (const input of [
      `a@b/${"a".repeat(3_067)}`,
      `a@${"b".repeat(3_069)}`,
      `${"\u0315".repeat(1_534)}@b/`.slice(0, -1),
    ])
      expect(receivedJid(input)).toBe(input);
  });
});

describe("the cache of received JIDs", () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const heldBy = (work: () => unknown[]): number => {
    gc();
    const before = process.memoryUsage().heapUsed;
    const kept = work();
    gc();
    expect(kept).not.toContain(null);
    return process.memoryUsage().heapUsed - before;
  };

  it("receivedJid does not keep the stanza in memory that an address was sliced from", () => {
    const jids: unknown[] = [];
    const bytes = heldBy(() => {
      for (let at = 0; at < 20; at++) {
        const stanza = Buffer.from(
          `${1000 + at}.somewhere.example.org-Somebody${1000 + at}@example.org/phone${"x".repeat(1_000_000)}`,
        ).toString();
        jids.push(receivedJid(stanza.slice(0, 26)), receivedJid(stanza.slice(27, 57)));
      }
      return jids;
    });
    expect(bytes).toBeLessThan(3_000_000);
  });

  it("the JID cache stays below 1 MB for long addresses", () => {
    const bytes = heldBy(() => {
      for (let at = 0; at < 1_000; at++)
        receivedJid(`${"\u00E9".repeat(500)}@example.org/${"\u00E9".repeat(500)}${at}`);
      return [];
    });
    expect(bytes).toBeLessThan(1_000_000);
  });
});
