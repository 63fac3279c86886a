import { describe, expect, it } from "vitest";
import { segments } from "./links.ts";

const targets = (body: string): string[] => segments(body).flatMap((one) => (one.kind === "link" ? [one.target] : []));
const joined = (body: string): string =>
  segments(body)
    .map((one) => one.text)
    .join("");

describe("links in a message", () => {
  it.each([
    ["see https://example.org/a?b=c#d.", ["https://example.org/a?b=c#d"]],
    ["http://example.org", ["http://example.org/"]],
    ["example.org", ["https://example.org/"]],
    ["write to bob@example.org", ["mailto:bob@example.org"]],
    ["xmpp:bob@example.org?message", ["xmpp:bob@example.org?message"]],
    ["(https://en.wikipedia.org/wiki/Jackdaw_(bird))", ["https://en.wikipedia.org/wiki/Jackdaw_(bird)"]],
    ["https://example.org/1 and https://example.org/2", ["https://example.org/1", "https://example.org/2"]],
    ["https://münchen.example/", ["https://xn--mnchen-3ya.example/"]],
    ["Zeile eins\nhttps://example.org\nZeile drei", ["https://example.org/"]],
  ])("are found: %j", (body, expected) => {
    expect(targets(body)).toEqual(expected);
    expect(joined(body)).toBe(body);
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "javascript://example.org/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "smb://server/share",
    "ftp://example.org/file",
    "ms-msdt:/id",
    "about:blank",
    "blob:https://example.org/1",
    "https://bank.example@evil.example/",
    "https:\\\\evil.example",
    "xmpp://me@example.org/you@example.org?roster",
    "README.md",
    "main.rs",
    "no link at all",
  ])("are refused: %j", (body) => {
    const schemes = targets(body).map((target) => new URL(target).protocol);
    expect(schemes.filter((scheme) => !["https:", "mailto:"].includes(scheme))).toEqual([]);
    // A harmless part may look like an address of its own (`server/share`), but never keeps the refused scheme.
    expect(
      segments(body).every((one) => one.kind === "text" || !body.startsWith(one.text) || /^https/.test(one.text)),
    ).toBe(true);
    expect(joined(body)).toBe(body);
  });

  it.each([
    ["right-to-left override", "https://example.org/\u202Egpj.exe"],
    ["zero width space", "https://exam\u200Bple.org/"],
    ["zero width joiner in the host", "https://exa\u200Dmple.org"],
    ["fullwidth colon", "javascript\uFF1Aalert(1)"],
    ["soft hyphen", "java\u00ADscript:alert(1)"],
    ["isolate", "\u2066https://example.org\u2069/evil"],
  ])("never contain invisible characters: %s", (_name, body) => {
    for (const one of segments(body)) {
      if (one.kind !== "link") continue;
      expect(one.text).not.toMatch(/[\p{Cf}\p{Cc}]/u);
      expect(one.target).toMatch(/^(https:\/\/|mailto:)[\x21-\x7e]+$/);
    }
    expect(joined(body)).toBe(body);
  });

  it("are found fast enough not to block the window", () => {
    const body = "a.".repeat(130_000);
    const before = performance.now();
    expect(joined(body)).toBe(body);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
