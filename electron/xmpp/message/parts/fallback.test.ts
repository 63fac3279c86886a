import { describe, expect, it } from "vitest";
import { stanza } from "../../testing/feature.ts";
import { fallbackIn, withoutFallback } from "./fallback.ts";

const fallback = (inner: string, what = "urn:xmpp:reply:0") =>
  `<fallback xmlns='urn:xmpp:fallback:0' for='${what}'>${inner}</fallback>`;
const range = (start: unknown, end: unknown) => `<body start='${String(start)}' end='${String(end)}'/>`;
const words = (body: string, ...more: string[]) =>
  withoutFallback(body, fallbackIn(stanza(`<message>${more.join("")}</message>`)));
const QUOTED = "> Alice: are you there?\nshe is on holiday";

describe("a fallback (XEP-0428)", () => {
  it("of a reply is removed from the text, counted in code points", () => {
    expect(words(QUOTED, fallback(range(0, 24)))).toBe("she is on holiday");
    expect(words("> 👍🏽👍🏽\nyes", fallback(range(0, 7)))).toBe("yes");
    expect(words("> a\nyes", fallback(range(0, 3)))).toBe("yes");
    expect(words("yes > a", fallback(range(3, 7)))).toBe("yes");
  });

  it("is the text if we do not support what it replaces", () => {
    expect(words("https://a.example/x", fallback("<body/>", "urn:xmpp:sfs:0"))).toBe("https://a.example/x");
    expect(words(QUOTED, fallback(range(0, 24), "constructor"))).toBe(QUOTED);
    expect(words(QUOTED, "<fallback xmlns='urn:xmpp:fallback:0'/>")).toBe(QUOTED);
  });

  it("of shared files is removed if there are any, even if nothing is left (XEP-0447 §3.1)", () => {
    const body = "https://a.example/x A cat";
    const left = (inner: string, hasFiles: boolean) => {
      const found = fallbackIn(stanza(`<message>${fallback(inner, "urn:xmpp:sfs:0")}</message>`), hasFiles);
      return withoutFallback(body, found, hasFiles);
    };
    expect(left("<body/>", true)).toBe("");
    expect(left(range(0, 20), true)).toBe("A cat");
    expect(left("<body/>", false)).toBe(body);
  });

  it("in several ranges is removed once, in any order and overlap", () => {
    const ranges = [range(6, 8), range(0, 2), range(1, 3), range(0, 2)];
    expect(words("0123456789", fallback(ranges.join("")))).toBe("34589");
    expect(words("0123456789", ...ranges.map((one) => fallback(one)))).toBe("34589");
  });

  it.each([
    [24, 0],
    [5, 5],
    [-1, 24],
    [0, 999],
    [0, 1e21],
    [0.5, 24],
    [0, "24 "],
    [0, ""],
    ["0", "x".repeat(100_000)],
  ])("with an invalid range leaves the text whole: %s to %s", (start, end) =>
    expect(words(QUOTED, fallback(range(start, end)))).toBe(QUOTED),
  );

  it("that would leave nothing leaves the text whole", () => {
    for (const inner of ["", "<body/>", range(0, QUOTED.length)]) expect(words(QUOTED, fallback(inner))).toBe(QUOTED);
    expect(words(QUOTED, fallback("<subject/>"))).toBe(QUOTED);
    expect(words(QUOTED, fallback("<body start='1'/>"))).toBe(QUOTED);
  });

  it("in ten thousand ranges costs no more than in a hundred", () => {
    expect(fallbackIn(stanza(`<message>${fallback(range(0, 1).repeat(10_000))}</message>`))).toHaveLength(100);
  });
});
