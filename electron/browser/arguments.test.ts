import { expect, it } from "vitest";
import { readArguments } from "./arguments.ts";

it.each<[string[], string | null]>([
  [["--browser"], null],
  [["--browser", "xmpp:romeo@example.net?message;body=a%2520b"], "xmpp:romeo@example.net?message;body=a%2520b"],
  [["--no-open", "--", "XMPP:romeo@example.net"], "xmpp:romeo@example.net"],
])("%j asks about %j", (argv, uri) => {
  expect(readArguments(argv).uri).toBe(uri);
});

it.each([
  [["xmpp:a@b", "xmpp:c@d"]],
  [["xmpp:"]],
  [["xmpp://me@here/you@there"]],
  [["https://example.org/"]],
  [["xmpp:a@b --data=/tmp"]],
  [["xmpp:a@b\u001B[2J"]],
])("xmpp: URIs: %j is refused, with a sentence that can be printed", (argv) => {
  expect(() => readArguments(argv)).toThrow(/^Not an xmpp: address that can be opened: "[\x20-\x7e]*"$/);
});

it("xmpp: URIs: what looks like an option is one, and not an address", () => {
  expect(() => readArguments(["--xmpp:a@b"])).toThrow(/Unknown option/);
});
