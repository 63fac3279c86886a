// Every example of XEP-0393 §5 is here, under the name that it has there.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSpans, parseStyling, type Block, type Meter, type Span } from "./styling.ts";

const MARKS = { strong: "*", emphasis: "_", strike: "~", code: "`" } as const;

/** The text that the pieces came from. */
function textOf(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind === "line") return spanText(block.spans);
      if (block.kind === "code")
        return ["```" + block.info, ...block.lines, ...(block.isClosed ? ["```"] : [])].join("\n");
      const lines = textOf(block.blocks).split("\n");
      expect(lines).toHaveLength(block.marks.length);
      return lines.map((line, at) => block.marks[at]! + line).join("\n");
    })
    .join("\n");
}
const spanText = (spans: readonly Span[]): string =>
  spans
    .map((span) => {
      if (span.kind === "text" || span.kind === "link") return span.text;
      const mark = MARKS[span.kind];
      return mark + (span.kind === "code" ? span.text : spanText(span.spans)) + mark;
    })
    .join("");

/** Short notation: `B[…]` strong, `I[…]` emphasis, `S[…]` strike, `C[…]` code, `L[…]` link. */
const SHORT = { strong: "B", emphasis: "I", strike: "S", code: "C", link: "L" } as const;
const short = (spans: readonly Span[]): string =>
  spans
    .map((span) => {
      if (span.kind === "text") return span.text;
      const inside = "spans" in span ? short(span.spans) : span.text;
      return `${SHORT[span.kind]}[${inside}]`;
    })
    .join("");
const spans = (line: string): string => short(parseSpans(line));
const kinds = (blocks: readonly Block[]): unknown[] =>
  blocks.map((block) => (block.kind === "quote" ? kinds(block.blocks) : block.kind === "line" ? "line" : "code"));
const lines = (blocks: readonly Block[]): string[] =>
  blocks.map((block) => (block.kind === "line" ? short(block.spans) : block.kind));

describe("the spans of XEP-0393 §5.2", () => {
  it.each([
    ["plain span", "plain span"],
    ["*strong span*", "B[strong span]"],
    ["plain _emphasis_ plain", "plain I[emphasis] plain"],
    ["`pre` plain *strong*", "C[pre] plain B[strong]"],
    ["*strong*plain*", "B[strong]plain*"],
    ["* plain *strong*", "* plain B[strong]"],
    ["Two spans, both *alike in dignity*", "Two spans, both B[alike in dignity]"],
    [
      "The full title is _Twelfth Night, or What You Will_ but",
      "The full title is I[Twelfth Night, or What You Will] but",
    ],
    ["_most_ people shorten it.", "I[most] people shorten it."],
    [
      'The full title is "Twelfth Night, or What You Will" but',
      'The full title is "Twelfth Night, or What You Will" but',
    ],
    ["*most* people shorten it.", "B[most] people shorten it."],
    ["Everyone ~dis~likes cake.", "Everyone S[dis]likes cake."],
    ["Wow, I can write in `monospace`!", "Wow, I can write in C[monospace]!"],
    ["This is `monospace`", "This is C[monospace]"],
    ["This is `*monospace*`", "This is C[*monospace*]"],
    ["This is *`monospace and bold`*", "This is B[C[monospace and bold]]"],
  ])("%j is %j", (line, expected) => expect(spans(line)).toBe(expected));

  it.each(["not strong*", "*not strong", "*not *strong", "**", "***", "****"])("%j has no styles", (line) =>
    expect(spans(line)).toBe(line),
  );

  it("do not go beyond their line", () => {
    expect(lines(parseStyling("*not \n strong*"))).toEqual(["*not ", " strong*"]);
    const body = "There are three blocks in this body, one per line,\nbut there is no *formatting\nas spans* may not";
    expect(lines(parseStyling(body))).toEqual(body.split("\n"));
  });

  it.each([
    // The opening directive comes first, after white space, or after another opening one.
    ["snake_case_name and 2*3*4", "snake_case_name and 2*3*4"],
    ["(*not*)", "(*not*)"],
    ["_*both*_", "I[B[both]]"],
    ["*_~`all`~_*", "B[I[S[C[all]]]]"],
    ["*a _b* c_", "B[a _b] c_"],
    ["*_a_", "*_a_"],
    ["a\u00A0*b*", "a\u00A0B[b]"],
    // No white space after the opening or before the closing directive.
    ["* a*", "* a*"],
    ["*a * b*", "B[a * b]"],
    ["*a\u3000*", "*a\u3000*"],
    ["**double**", "**double**"],
    ["``", "``"],
    ["`a b` `c`", "C[a b] C[c]"],
  ])("%j is %j by the rules of §5.2", (line, expected) => expect(spans(line)).toBe(expected));
});

describe("the blocks of XEP-0393 §5.1", () => {
  it("preformatted text ends with its closing line", () => {
    const body = '```ignored\n(println "Hello, world!")\n```\n\nThis should show up as monospace, preformatted text ⤴';
    expect(parseStyling(body).slice(0, 1)).toEqual([
      { kind: "code", info: "ignored", lines: ['(println "Hello, world!")'], isClosed: true },
    ]);
    expect(kinds(parseStyling(body))).toEqual(["code", "line", "line"]);
  });

  it("preformatted text without a closing line ends with the quote around it", () => {
    const body = '> ```\n> (println "Hello, world!")\n\nThe entire blockquote is a preformatted text block, but this';
    expect(parseStyling(body)[0]).toEqual({
      kind: "quote",
      marks: ["> ", "> "],
      blocks: [{ kind: "code", info: "", lines: ['(println "Hello, world!")'], isClosed: false }],
    });
    expect(kinds(parseStyling(body))).toEqual([["code"], "line", "line"]);
  });

  it("a quote ends before the first line without its sign", () => {
    expect(kinds(parseStyling("> That that is, is.\n\nSaid the old hermit of Prague."))).toEqual([
      ["line"],
      "line",
      "line",
    ]);
  });

  it("quotes are nested", () => {
    expect(kinds(parseStyling(">> That that is, is.\n> Said the old hermit of Prague.\n\nWho?"))).toEqual([
      [["line"], "line"],
      "line",
      "line",
    ]);
  });

  it("only a line of nothing but three grave accents closes preformatted text, and nothing inside it is styled", () => {
    const body = "```\n> *a*\n ```\n``` \n````\n```";
    expect(parseStyling(body)).toEqual([
      { kind: "code", info: "", lines: ["> *a*", " ```", "``` ", "````"], isClosed: true },
    ]);
  });

  it("the sign of a quote takes one white space with it, and counts only at the beginning of a line", () => {
    expect(parseStyling(">  two")).toMatchObject([{ marks: ["> "], blocks: [{ spans: [{ text: " two" }] }] }]);
    expect(kinds(parseStyling(" > no\na > b"))).toEqual(["line", "line"]);
  });

  it("quotes are nested at most eight deep; further signs are text", () => {
    let depth = 0;
    let blocks = parseStyling(">".repeat(1_000) + "x");
    for (; blocks[0]?.kind === "quote"; depth++) blocks = blocks[0].blocks;
    expect(depth).toBe(8);
    expect(lines(blocks)).toEqual([">".repeat(992) + "x"]);
  });
});

describe("links and styles", () => {
  it.each([
    ["*see https://example.org/*", "B[see L[https://example.org/]]"],
    ["_https://example.org/path_", "I[L[https://example.org/path]]"],
    ["_see https://example.org/a_b_c now_", "I[see L[https://example.org/a_b_c] now]"],
    ["a _b https://example.org/a_b", "a _b L[https://example.org/a_b]"],
    ["https://example.org/~bob/ ~old~", "L[https://example.org/~bob/] S[old]"],
    ["`https://example.org/`", "C[https://example.org/]"],
  ])("%j is %j", (line, expected) => expect(spans(line)).toBe(expected));
});

/** Texts that are full of signs of the syntax. */
const syntax = fc
  .array(
    fc.constantFrom("*", "_", "~", "`", "```", ">", "> ", " ", "\n", "\r", "\u00A0", "a", "b c", "🎉", "x.org/a_b"),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(""));

describe("the pieces of any text", () => {
  it("together are the text", () => {
    const check = (text: string): void => void expect(textOf(parseStyling(text))).toBe(text);
    fc.assert(fc.property(syntax, check));
    fc.assert(fc.property(fc.string({ unit: "binary" }), check));
  });

  it("obey the rules for directives", () => {
    const check = (found: readonly Span[], around: ReadonlySet<string>): void => {
      for (const span of found) {
        if (span.kind === "text" || span.kind === "link") continue;
        const inside = span.kind === "code" ? span.text : spanText(span.spans);
        expect(inside).not.toMatch(/^$|^\p{White_Space}|\p{White_Space}$/u);
        expect(around.has(span.kind)).toBe(false);
        if (span.kind !== "code") check(span.spans, new Set([...around, span.kind]));
      }
    };
    fc.assert(fc.property(syntax, (text) => check(parseSpans(text.replaceAll("\n", "")), new Set())));
  });

  it("are found in linear time, counted in steps, however many signs there are", () => {
    const steps = (text: string): number => {
      const meter: Meter = { steps: 0 };
      parseStyling(text, meter);
      return meter.steps;
    };
    for (const part of [
      "*a ",
      "*a* ",
      "*_~`",
      "_a",
      "* ",
      ">",
      "> \n",
      "```\n",
      "```\n```\n",
      ">```\n",
      "a*\n",
      "*a _b ",
    ]) {
      const small = steps(part.repeat(25_000));
      const large = steps(part.repeat(100_000));
      expect(large, part).toBeLessThan(5 * small);
      expect(large, part).toBeLessThan(20 * part.length * 100_000);
    }
  });

  it("are at most two thousand styled ones; the rest of such a text is plain", () => {
    const count = (blocks: readonly Block[]): number =>
      blocks.reduce(
        (sum, block) =>
          sum +
          (block.kind === "line" ? block.spans.filter(({ kind }) => kind !== "text").length : 1) +
          (block.kind === "quote" ? count(block.blocks) : 0),
        0,
      );
    for (const part of ["*a* ", "*a*\n", "```\n```\n", ">\n\n", "> *a*\n\n"]) {
      const text = part.repeat(10_000);
      expect(count(parseStyling(text))).toBe(2_000);
      expect(textOf(parseStyling(text))).toBe(text);
    }
  });
});
