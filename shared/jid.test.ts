import { describe, expect, it } from "vitest";
import { anyJid, bareJid, domainOf, fullJid, JidError, localOf, resourceOf, toBare, tryJid } from "./jid.ts";

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
  ])("accepts %s as %s", (input, normal) => {
    expect(anyJid(input)).toBe(normal);
  });

  // RFC 7622 §3.5, table 2, and what servers were seen to let through.
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
  ])("refuses %j", (input) => {
    expect(() => anyJid(input)).toThrow(JidError);
    expect(tryJid(input)).toBeNull();
  });

  it("takes a JID apart", () => {
    const jid = fullJid("Romeo@Montague.example/Orchard/2");
    expect(toBare(jid)).toBe("romeo@montague.example");
    expect(resourceOf(jid)).toBe("Orchard/2");
    expect(localOf(jid)).toBe("romeo");
    expect(domainOf(jid)).toBe("montague.example");
    expect(bareJid("romeo@montague.example/x")).toBe("romeo@montague.example");
    expect(() => fullJid("romeo@montague.example")).toThrow(JidError);
  });
});
