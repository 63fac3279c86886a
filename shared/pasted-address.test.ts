import { expect, it } from "vitest";
import { tryJid } from "./jid.ts";
import { pastedAddress } from "./pasted-address.ts";

it.each([
  ["a plain address", "bob@example.org"],
  ["spaces around it", "\u00A0 bob@example.org\t\n"],
  ["angle brackets", "<bob@example.org>"],
  ["a name and angle brackets", "Bob Bee <bob@example.org>"],
  ["a quoted name and angle brackets", '"Bee, Bob" <bob@example.org>,'],
  ["quotes", "„bob@example.org“"],
  ["parentheses", "(bob@example.org)"],
  ["a comma of a list", "bob@example.org,"],
  ["mailto:", "mailto:bob@example.org?subject=hi"],
  ["mailto: in angle brackets", "<MAILTO:bob@example.org>"],
  ["xmpp: with a query", "xmpp:bob@example.org?message;body=a@b"],
  ["xmpp: with escapes", "xmpp:b%6Fb@example.org"],
  ["marks of direction around it", "\u200Ebob@example.org\u200F"],
  ["isolates around it", "\u2068bob@example.org\u2069"],
  ["an embedding around it", "\u202Abob@example.org\u202C"],
  ["marks of direction inside", "bob\u200E@\u200Eexample.org"],
  ["zero-width spaces and a byte order mark", "\uFEFFbob@\u200Bexample.org"],
  ["a soft hyphen", "bob@exam\u00ADple.org"],
  ["a fullwidth @", "bob＠example.org"],
  ["fullwidth characters throughout", "ｂｏｂ＠ｅｘａｍｐｌｅ．ｏｒｇ"],
  ["fullwidth brackets", "＜bob＠example.org＞"],
])("reads the address in a text with %s", (_, text) => {
  const { address } = pastedAddress(text);
  expect(tryJid(address)).toBe("bob@example.org");
});

it.each([
  ["bob@example.org, eve@example.org", "several"],
  ["bob@example.org eve@example.org", "several"],
  ["<bob@example.org>; <eve@example.org>", "several"],
  ["bob\u202Egro.elpmaxe@\u202C", "hidden"],
  ["\u202Dbob@example.org", "hidden"],
])("guesses nothing where the meaning is uncertain: %j", (text, problem) => {
  expect(pastedAddress(text)).toEqual({ address: null, problem });
});

it.each(["[::1]", "bob@[::1]", "o'neil@example.org", "bob@example.org/<x>", "xmpp://bob@example.org", "<>", "100%@x"])(
  "leaves %j as it is",
  (text) => {
    expect(pastedAddress(text).address).toBe(text);
  },
);

it("does not examine a text that is too long for an address", () => {
  const text = `<${"a".repeat(5_000)}>`;
  expect(pastedAddress(text).address).toBe(text);
});
