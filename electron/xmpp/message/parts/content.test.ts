import { describe, expect, it } from "vitest";
import { stanza } from "../../testing/feature.ts";
import { bodyOf, hasBlanks, isBodyBlank } from "./body.ts";
import { contentOf } from "./content.ts";

const message = (inner: string) => stanza(`<message type='chat' from='bob@example.net/phone'>${inner}</message>`);
const content = (inner: string) => contentOf(message(inner), [], [], true);
const read = (inner: string, hasSubject = true) => contentOf(message(inner), [], [], hasSubject)?.body ?? null;
const oob = (url: string, description = "") =>
  `<x xmlns='jabber:x:oob'><url>${url}</url>${description === "" ? "" : `<desc>${description}</desc>`}</x>`;
const xhtml = (inner: string) =>
  `<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>${inner}</body></html>`;

describe("the text of a message", () => {
  it("begins with its subject, in one line, and only once", () => {
    expect(read("<subject>Tea\n at  five</subject><body>Will you come?</body>")).toBe("Tea at five\nWill you come?");
    expect(read("<subject>Tea at five</subject>")).toBe("Tea at five");
    expect(read("<subject>tea</subject><body>tea</body>")).toBe("tea");
    expect(read("<subject> </subject><body>tea</body>")).toBe("tea");
    expect(read("<subject>Tea</subject><body>Will you come?</body>", false)).toBe("Will you come?");
    expect(read("<subject>Tea</subject>", false)).toBeNull();
    expect(read(`<subject>${"s".repeat(500_000)}</subject>`)).toHaveLength(1024);
  });

  it("ends with an out-of-band link that it does not contain, alone with the description (XEP-0066 §3)", () => {
    const url = "https://a.example/x";
    expect(read(oob(url))).toBe(url);
    expect(read(oob(url, "A cat"))).toBe(`A cat\n${url}`);
    expect(read(`<body>${url}</body>${oob(url, "A cat")}`)).toBe(url);
    expect(read(`<body>look: ${url}.</body>${oob(url)}`)).toBe(`look: ${url}.`);
    expect(read(`<body>look</body>${oob(url)}`)).toBe(`look\n${url}`);
    for (const wrong of ["", "cat.png", "https://a.example/\nx", `https://a.example/${"x".repeat(2000)}`])
      expect(read(oob(wrong))).toBeNull();
  });

  it("is empty if it is only the address of a file, whose description is its caption (XEP-0066 §3)", () => {
    const url = "https://a.example/x.png";
    const files = [{ name: "x.png", disposition: "inline", sources: [{ url, key: null }] }];
    expect(content(`<body>${url}</body>${oob(url, "A cat")}`)).toMatchObject({ body: "", files });
    expect(content(`<body> ${url}\n</body>`)).toMatchObject({ body: "", files });
    expect(content(oob(url))).toMatchObject({ body: "", files });
    expect(content(oob(url, "A cat"))).toMatchObject({ body: "A cat", files });
    expect(content(`<body>look</body>${oob(url)}`)).toMatchObject({ body: "look", files });
    expect(content(`<subject>Cats</subject><body>${url}</body>`)).toMatchObject({ body: "Cats", files });
    expect(content(`<body>look: ${url}</body>${oob(url)}`)).toEqual({ body: `look: ${url}`, files: [] });
    const other = "https://a.example/x.blend";
    expect(content(`<body>${other}</body>`)).toEqual({ body: other, files: [] });
    expect(content(`<body>${other}</body>${oob(other)}`)).toMatchObject({ body: "", files: [{ name: "x.blend" }] });
    expect(content(`<body>${other}</body>${oob(url)}`)).toMatchObject({ body: other, files });
  });

  it("is that of XHTML-IM if there is no body (XEP-0071 §7)", () => {
    expect(read(xhtml("<p>Hello <strong>Alice</strong>!</p><p>Tea?<br/>At five</p>"))).toBe(
      "Hello Alice!\nTea?\nAt five",
    );
    expect(read(`<body>Hello</body>${xhtml("<p>evil</p>")}`)).toBe("Hello");
    expect(read(xhtml("<p> </p><br/>"))).toBeNull();
    expect(read("<body xmlns='http://www.w3.org/1999/xhtml'>evil</body>")).toBeNull();
    expect(read(xhtml("<b>".repeat(5_000) + "deep" + "</b>".repeat(5_000)))).toBe("deep");
    expect(read(xhtml("<br/>".repeat(100_000) + "wide"))).toBe("wide");
  });

  it("is none if it consists of blanks", () => {
    for (const blanks of ["", " ", "\n\t", "\u00a0\u200b\ufeff", "\u2800", "\u3164", "\u202e\u200d"]) {
      expect(bodyOf(message(`<body>${blanks}</body>`))).toBeNull();
      expect(isBodyBlank(message(`<body>${blanks}</body>`))).toBe(true);
      expect(hasBlanks(message(`<body>${blanks}</body>`))).toBe(blanks !== "");
      expect(read(`<body>${blanks}</body>`)).toBeNull();
    }
    for (const text of ["x", " 👍 ", "\u200b.", "❤️"]) {
      expect(bodyOf(message(`<body>${text}</body>`))).toBe(text);
      expect(isBodyBlank(message(`<body>${text}</body>`))).toBe(false);
    }
    expect(isBodyBlank(message(""))).toBe(false);
  });
});
