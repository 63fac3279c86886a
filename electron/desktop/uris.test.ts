/** `xmpp:` addresses from the operating system, including command-line injection through an address. */
import { describe, expect, it, vi } from "vitest";
import { followOpenUrl, registerProtocol, uriOf } from "./uris.ts";

describe("command line", () => {
  it.each<[string[], string]>([
    [["/opt/Jackdaw/jackdaw", "--", "xmpp:romeo@example.net?message"], "xmpp:romeo@example.net?message"],
    [["electron", "/work/jackdaw", "--data=/tmp/x", "XMPP:romeo@example.net"], "xmpp:romeo@example.net"],
    [["jackdaw", "xmpp:j\u00FCrgen@example.net"], "xmpp:j%C3%BCrgen@example.net"],
    // Only one question is asked at a time.
    [["jackdaw", "xmpp:one@example.net", "xmpp:two@example.net?remove"], "xmpp:one@example.net"],
    // A double-encoded address is passed on unchanged: it is decoded once, when it is parsed.
    [
      ["jackdaw", "xmpp:romeo@example.net?message;body=%2520--data%253D"],
      "xmpp:romeo@example.net?message;body=%2520--data%253D",
    ],
    [["jackdaw", "xmpp://me@here/you@there?subscribe", "xmpp:romeo@example.net"], "xmpp:romeo@example.net"],
  ])("%j names the address %j", (argv, uri) => {
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
  ])("%j names no address", (argv) => {
    expect(uriOf(argv)).toBeNull();
  });
});

it("open-url on macOS passes on an xmpp: address and nothing else", () => {
  let handler: ((event: object, url: string) => void) | undefined;
  const open = vi.fn();
  followOpenUrl({ on: (_name: string, given: never) => (handler = given) } as never, open);
  const preventDefault = vi.fn();
  for (const url of ["xmpp:romeo@example.net", "https://example.org/", "xmpp://me@here/you@there"])
    handler!({ preventDefault }, url);
  expect(open.mock.calls).toEqual([["xmpp:romeo@example.net"]]);
  expect(preventDefault).toHaveBeenCalledTimes(3);
});

it("registers as xmpp: handler only when installed, and on Windows so that no address can act as a switch", () => {
  const register = vi.fn(() => true);
  registerProtocol({ isPackaged: false, setAsDefaultProtocolClient: register }, "win32", "C:\\jackdaw.exe");
  expect(register).not.toHaveBeenCalled();
  for (const platform of ["win32", "darwin"] as const)
    registerProtocol({ isPackaged: true, setAsDefaultProtocolClient: register }, platform, "C:\\jackdaw.exe");
  expect(register.mock.calls).toEqual([["xmpp", "C:\\jackdaw.exe", ["--"]], ["xmpp"]]);
});
