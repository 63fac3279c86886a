/** Text from contacts reaches system notifications as short plain text. */
import { describe, expect, it } from "vitest";
import { noticeBody, noticeTitle } from "./notice-text.ts";

describe("body of a notification", () => {
  it.each([
    ["<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"],
    ['<a href="https://evil.example">your bank</a>', '&lt;a href="https://evil.example"&gt;your bank&lt;/a&gt;'],
    ['<img src="file:///etc/passwd" alt="x"/>', '&lt;img src="file:///etc/passwd" alt="x"/&gt;'],
    ["&lt;b&gt; & &#60;", "&amp;lt;b&amp;gt; &amp; &amp;#60;"],
  ])("is escaped on Linux, where it is markup: %s", (text, escaped) => {
    expect(noticeBody(text, "linux")).toBe(escaped);
  });

  it.each(["darwin", "win32"] as const)("is unchanged plain text on %s", (platform) => {
    expect(noticeBody("<b>1 & 2</b>", platform)).toBe("<b>1 & 2</b>");
  });

  it("is shortened before it is escaped, so that no entity is cut in two", () => {
    expect(noticeBody("<".repeat(5000), "linux")).toBe(`${"&lt;".repeat(199)}…`);
  });

  it("is shortened between characters", () => {
    const body = noticeBody("🐦".repeat(500), "linux");
    expect([...body]).toHaveLength(200);
    expect(body.isWellFormed()).toBe(true);
  });

  it("has few lines and no empty ones", () => {
    expect(noticeBody(`one${"\n".repeat(500)}two`, "linux")).toBe("one\ntwo");
    expect(noticeBody("1\r\n2\u20283\u20294\n5\n6", "linux")).toBe("1\n2\n3\n4 …");
    expect(noticeBody("\n\t \u0085", "linux")).toBe("");
  });

  it("contains no control characters, direction marks, invisible tags or lone surrogates", () => {
    expect(noticeBody("a\u0000b\u001b[31mc\u007fd\u202ee\u2066f\u{e0041}g\ud800h", "linux")).toBe("ab[31mcdefgh");
  });
});

describe("title of a notification", () => {
  it("is one short line of plain text, unescaped on every system", () => {
    expect(noticeTitle("Bob <b> & Co\nBank\u2028x")).toBe("Bob <b> & Co Bank x");
    expect(noticeTitle("Bob\u202eknab\u0007")).toBe("Bobknab");
    expect([...noticeTitle("x".repeat(100_000))]).toHaveLength(80);
  });
});
