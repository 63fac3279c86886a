import { describe, expect, it } from "vitest";
import { checkLink } from "./link.ts";

describe("checkLink: accepted links", () => {
  it.each([
    ["https://example.org", "https://example.org/"],
    ["HTTP://Example.ORG:80/a?b=c#d", "http://example.org/a?b=c#d"],
    ["https://bücher.example/ä?q=ß", "https://xn--bcher-kva.example/%C3%A4?q=%C3%9F"],
    ["https://example.org/'\"<>", "https://example.org/'%22%3C%3E"],
    ["mailto:romeo@example.net", "mailto:romeo@example.net"],
    ["mailto:romeo@example.net?subject=Hi%20there&attach=/etc/passwd", "mailto:romeo@example.net?subject=Hi%20there"],
    ["mailto:romeo@example.net?ATTACHMENT=x", "mailto:romeo@example.net"],
    ["mailto:`id`@example.net", "mailto:%60id%60@example.net"],
    ["xmpp:romeo@example.net?message;body=hi", "xmpp:romeo@example.net?message;body=hi"],
    ["XMPP:romeo@example.net", "xmpp:romeo@example.net"],
    ["xmpp:room@chat.example?join", "xmpp:room@chat.example?join"],
  ])("checkLink normalises %s", (url, expected) => expect(checkLink(url)).toBe(expected));

  it("checkLink accepts its own result", () => {
    for (const url of ["https://a.example/ü", "mailto:a@b.example?body=%0A", "xmpp:ä@b.example"]) {
      const once = checkLink(url);
      expect(once).not.toBeNull();
      expect(checkLink(once ?? "")).toBe(once);
    }
  });
});

describe("openExternal (CVE-2024-37182, CVE-2026-1046): refused links", () => {
  it.each([
    "",
    "example.org",
    "//example.org",
    "/etc/passwd",
    "file:///etc/passwd",
    "FILE:///c:/windows/system32/calc.exe",
    "\\\\server\\share",
    "smb://server/share",
    "ms-msdt:/id",
    "ms-officecmd:{}",
    "ms-settings:privacy",
    "search-ms:query=x",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,<script>",
    "blob:https://example.org/1",
    "view-source:https://example.org",
    "vbscript:x",
    "ftp://example.org",
    "ssh://example.org",
    "tel:+431",
    "about:blank",
    "chrome://settings",
    "app://jackdaw/",
    "jar:https://example.org!/",
    "intent://x#Intent;end",
    "--help",
    "-https://example.org",
    "https:",
    "https://",
    "https:example.org",
    "https:///example.org",
    "https:\\\\example.org",
    "https://example.org\\@evil.example",
    "https://bank.example@evil.example/",
    "https://user:secret@example.org/",
    "https://exa mple.org",
    "https://example.org/a b",
    " https://example.org",
    "https://example.org\n",
    "https://example.org/\u0000",
    "https://example.org/\u202Egpj.exe",
    "https://example.org/\u200B",
    "https://exam\u00ADple.org/",
    "https://[::1",
    "https://example.org:99999/",
    "https://example.org/\uD800",
    "mailto:",
    "mailto:?attach=/etc/passwd",
    "mailto:-option@example.org",
    "mailto://example.org",
    "xmpp:",
    "xmpp:?join",
    "xmpp://romeo@example.net/juliet@example.org",
    "xmpp:/etc/passwd",
  ])("checkLink refuses %j", (url) => expect(checkLink(url)).toBeNull());

  it("checkLink refuses a value that is not a string, and a link over the length limit", () => {
    expect(checkLink(null as unknown as string)).toBeNull();
    expect(checkLink({ toString: () => "https://example.org" } as unknown as string)).toBeNull();
    expect(checkLink("https://example.org/" + "a".repeat(8192))).toBeNull();
  });
});
