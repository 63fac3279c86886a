/**
 * Message styling (XEP-0393): from a text to blocks and spans, with its links. The pieces keep every character, so that
 * the text can be put together again from them. Nothing here creates HTML.
 *
 * A link goes before styling: `_` and `~` are common in addresses, and a cut address is a wrong one. Only the marks at
 * its ends may belong to a span around it.
 */
import { MAX_LINKS, MAX_SCANNED, segments, type Segment } from "../../../ui/text/links.ts";

const MARKS = { strong: "*", emphasis: "_", strike: "~", code: "`" } as const;
type SpanKind = keyof typeof MARKS;

export type Span =
  | Segment
  /** Between two grave accents. */
  | { kind: "code"; text: string }
  | { kind: Exclude<SpanKind, "code">; spans: Span[] };

export type Block =
  /** A line without its line break ("plain", §5.1.1). */
  | { kind: "line"; spans: Span[] }
  /** `info`: the rest of the opening line. `isClosed`: it ends with a line of its own, not with the text around it. */
  | { kind: "code"; info: string; lines: string[]; isClosed: boolean }
  /** `marks`: what each of its lines begins with, `>` with or without a space. */
  | { kind: "quote"; marks: string[]; blocks: Block[] };

/** Counts the characters that are looked at, so that a test can show that the time is linear. */
export interface Meter {
  steps: number;
}

/** Quotes inside quotes; deeper ones are text. Spans cannot be nested more than three deep: each kind only once. */
const MOST_DEPTH = 8;
/** Styled pieces of one text. The rest of a text with more is plain: it is not meant for reading. */
const MOST_STYLED = 2_000;

const FENCE = "```";
const KINDS = new Map(Object.entries(MARKS).map(([kind, mark]) => [mark as string, kind as SpanKind]));
const ANY_MARK = /[*_~`]/;
const SPACE = /^\p{White_Space}$/u;
const QUOTE = /^>\p{White_Space}?/u;

interface State {
  meter: Meter;
  styled: number;
  links: number;
  findsLinks: boolean;
}

const begin = (text: string, meter: Meter): State => ({
  meter,
  styled: 0,
  links: 0,
  findsLinks: text.length <= MAX_SCANNED,
});

/** @param text a message; hostile */
export function parseStyling(text: string, meter: Meter = { steps: 0 }): Block[] {
  return blocksOf(text.split("\n"), 0, begin(text, meter));
}

/** The spans of a line that is in no block. */
export const parseSpans = (line: string): Span[] => spansOf(line, begin(line, { steps: 0 }));

function blocksOf(lines: readonly string[], depth: number, state: State): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    state.meter.steps += 1;
    if (state.styled < MOST_STYLED && line.startsWith(FENCE)) {
      let end = at + 1;
      while (end < lines.length && lines[end] !== FENCE) end += 1;
      state.meter.steps += end - at;
      state.styled += 1;
      const isClosed = end < lines.length;
      blocks.push({ kind: "code", info: line.slice(FENCE.length), lines: lines.slice(at + 1, end), isClosed });
      at = isClosed ? end + 1 : end;
    } else if (state.styled < MOST_STYLED && depth < MOST_DEPTH && line.startsWith(">")) {
      const marks: string[] = [];
      const quoted: string[] = [];
      for (; at < lines.length && lines[at]!.startsWith(">"); at++) {
        const mark = QUOTE.exec(lines[at]!)![0];
        marks.push(mark);
        quoted.push(lines[at]!.slice(mark.length));
      }
      state.meter.steps += quoted.length;
      state.styled += 1;
      blocks.push({ kind: "quote", marks, blocks: blocksOf(quoted, depth + 1, state) });
    } else {
      blocks.push({ kind: "line", spans: spansOf(line, state) });
      at += 1;
    }
  }
  return blocks;
}

function spansOf(line: string, state: State): Span[] {
  state.meter.steps += line.length;
  return ANY_MARK.test(line) ? styledSpans(line, state) : linked(line, state);
}

/** A text in which links are found, as long as there are not too many. */
function linked(text: string, state: State): Segment[] {
  if (text === "") return [];
  if (!state.findsLinks || state.links >= MAX_LINKS) return [{ kind: "text", text }];
  state.meter.steps += text.length;
  const found = segments(text);
  state.links += found.filter(({ kind }) => kind === "link").length;
  return found;
}

/** Which characters belong to a link, but for marks at its ends. Null: none. */
function inLinks(line: string, { findsLinks, links }: State): Uint8Array | null {
  const found = findsLinks && links < MAX_LINKS ? segments(line) : [];
  if (!found.some(({ kind }) => kind === "link")) return null;
  const taken = new Uint8Array(line.length);
  let at = 0;
  for (const { kind, text } of found) {
    if (kind === "link") {
      const before = /^[*_~`]*/.exec(text)![0].length;
      taken.fill(1, at + before, at + lengthWithoutMarks(text));
    }
    at += text.length;
  }
  return taken;
}

/** Without the marks at its end; a pattern that looks for them would take quadratic time. */
function lengthWithoutMarks(text: string): number {
  let end = text.length;
  while (end > 0 && KINDS.has(text[end - 1]!)) end -= 1;
  return end;
}

function styledSpans(line: string, state: State): Span[] {
  const taken = inLinks(line, state);
  const isSpace = (at: number): boolean => SPACE.test(line[at]!);
  /** For each kind and position, where the next closing directive is; the length of the line: nowhere. */
  const closing = new Map<SpanKind, Int32Array>();
  for (const [mark, kind] of KINDS) {
    if (!line.includes(mark)) continue;
    const next = new Int32Array(line.length + 1).fill(line.length);
    for (let at = line.length - 1; at > 0; at--)
      next[at] = line[at] === mark && taken?.[at] !== 1 && !isSpace(at - 1) ? at : next[at + 1]!;
    state.meter.steps += line.length;
    closing.set(kind, next);
  }

  /** The beginning of a range is that of the line, or comes after the opening directive of another kind. */
  function within(from: number, to: number): Span[] {
    const spans: Span[] = [];
    let plain = from;
    for (let at = from; at < to; at++) {
      state.meter.steps += 1;
      const kind = KINDS.get(line[at]!);
      if (kind === undefined || taken?.[at] === 1 || state.styled >= MOST_STYLED) continue;
      if ((at !== from && !isSpace(at - 1)) || at + 1 >= to || isSpace(at + 1)) continue;
      const end = closing.get(kind)![at + 1]!;
      // Two directives without a text between them are both invalid.
      if (end === at + 1) at += 1;
      if (end <= at || end >= to) continue;
      state.styled += 1;
      spans.push(...linked(line.slice(plain, at), state));
      spans.push(kind === "code" ? { kind, text: line.slice(at + 1, end) } : { kind, spans: within(at + 1, end) });
      plain = end + 1;
      at = end;
    }
    spans.push(...linked(line.slice(plain, to), state));
    return spans;
  }

  return within(0, line.length);
}
