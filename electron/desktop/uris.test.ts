/** Addresses from the operating system: attacks.md "xmpp: URIs", argv injection. */
import { describe, expect, it, vi } from "vitest";
import { followOpenUrl, registerProtocol, uriOf } from "./uris.ts";

describe("the command line", () => {
  it.each<[string[], string]>([
    [["/opt/Jackdaw/jackdaw", "--", "xmpp:romeo@example.net?message"], "xmpp:romeo@example.net?message"],
    [["electron", "/work/jackdaw", "--data=/tmp/x", "XMPP:romeo@example.net"], "xmpp:romeo@example.net"],
    [["jackdaw", "xmpp:j\u00FCrgen@example.net"], "xmpp:j%C3%BCrgen@example.net"],
    // One question at a time.
    [["jackdaw", "xmpp:one@example.net", "xmpp:two@example.net?remove"], "xmpp:one@example.net"],
    // What was encoded twice is handed on as it is: it is decoded once, when it is read.
    [
      ["jackdaw", "xmpp:romeo@example.net?message;body=%2520--data%253D"],
      "xmpp:romeo@example.net?message;body=%2520--data%253D",
    ],
    [["jackdaw", "xmpp://me@here/you@there?subscribe", "xmpp:romeo@example.net"], "xmpp:romeo@example.net"],
  ])("%j names an address", (argv, uri) => {
    expect(uriOf(argv)).toBe(uri);
  });

  it.each([
    [["jackdaw"]],
    [["jackdaw", "--xmpp:romeo@example.net"]],
    [["jackdaw", "--data=xmpp:romeo@example.net"]],
    [["jackdaw", "xmpp:romeo@example.net --renderer-cmd-prefix=calc.exe"]],
    [["jackdaw", 'xmpp:romeo@example.net" --gpu-launcher="calc']],
    [["jackdaw", "xmpp:romeo@example.net\n--data=/tmp"]],
    [["jackdaw", "xmpp:", "xmpp:?join", "xmpp:/etc/passwd"]],
    [["jackdaw", "file:///etc/passwd", "https://example.org/", "javascript:alert(1)"]],
    [["jackdaw", `xmpp:${"a".repeat(10_000)}@example.net`]],
  ])("%j names none", (argv) => {
    expect(uriOf(argv)).toBeNull();
  });
});

it("macOS hands over an address, and nothing else", () => {
  let handler: ((event: object, url: string) => void) | undefined;
  const open = vi.fn();
  followOpenUrl({ on: (_name: string, given: never) => (handler = given) } as never, open);
  const preventDefault = vi.fn();
  for (const url of ["xmpp:romeo@example.net", "https://example.org/", "xmpp://me@here/you@there"])
    handler!({ preventDefault }, url);
  expect(open.mock.calls).toEqual([["xmpp:romeo@example.net"]]);
  expect(preventDefault).toHaveBeenCalledTimes(3);
});

it("only the installed program answers for addresses; on Windows none of them can be a switch", () => {
  const register = vi.fn(() => true);
  registerProtocol({ isPackaged: false, setAsDefaultProtocolClient: register }, "win32", "C:\\jackdaw.exe");
  expect(register).not.toHaveBeenCalled();
  for (const platform of ["win32", "darwin"] as const)
    registerProtocol({ isPackaged: true, setAsDefaultProtocolClient: register }, platform, "C:\\jackdaw.exe");
  expect(register.mock.calls).toEqual([["xmpp", "C:\\jackdaw.exe", ["--"]], ["xmpp"]]);
});
