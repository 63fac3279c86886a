import { expect, it } from "vitest";
import { readArguments } from "./arguments.ts";

it.each<[string[], string | null]>([
  [["--browser"], null],
  [["--browser", "xmpp:romeo@example.net?message;body=a%2520b"], "xmpp:romeo@example.net?message;body=a%2520b"],
  [["--no-open", "--", "XMPP:romeo@example.net"], "xmpp:romeo@example.net"],
])("the command line %j names the address %j", (argv, uri) => {
  expect(readArguments(argv).uri).toBe(uri);
});

it.each([
  [["xmpp:a@b", "xmpp:c@d"]],
  [["xmpp:"]],
  [["xmpp://me@here/you@there"]],
  [["https://example.org/"]],
  [["xmpp:a@b --data=/tmp"]],
  [["xmpp:a@b\u001B[2J"]],
])("xmpp: URIs: the command line rejects %j with a printable message", (argv) => {
  expect(() => readArguments(argv)).toThrow(/^Not an xmpp: address that can be opened: "[\x20-\x7e]*"$/);
});

it("xmpp: URIs: the command line treats an argument with leading dashes as an option, not as an address", () => {
  expect(() => readArguments(["--xmpp:a@b"])).toThrow(/Unknown option/);
});
