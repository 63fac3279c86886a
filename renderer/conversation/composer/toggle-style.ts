/** Puts marks of XEP-0393 around the selection in the composer, or takes them away. Pure. */
import { parseSpans, type Span } from "../message/text/styling.ts";

export type Style = "strong" | "emphasis" | "strike" | "code";

/** Replaces a part of the text, and then selects one. */
export interface Change {
  from: number;
  to: number;
  text: string;
  start: number;
  end: number;
}

const MARKS: Readonly<Record<Style, string>> = { strong: "*", emphasis: "_", strike: "~", code: "`" };
const ANY_MARK = new Set(Object.values(MARKS));
const FENCE = "```";
const isSpace = (character: string | undefined): boolean => character === undefined || /\s/.test(character);

interface Edit {
  at: number;
  cut: number;
  add: string;
}
const insertion = (at: number, add: string): Edit => ({ at, cut: 0, add });
const removal = (at: number, cut: number): Edit => ({ at, cut, add: "" });

/** One change for all edits, with the selection where it was in the text. */
function changeOf(text: string, edits: readonly Edit[], start: number, end: number): Change {
  const ordered = edits.toSorted((one, other) => one.at - other.at);
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (first === undefined || last === undefined) return { from: start, to: start, text: "", start, end };
  const [from, to] = [first.at, last.at + last.cut];
  let at = from;
  let changed = "";
  for (const edit of ordered) {
    changed += text.slice(at, edit.at) + edit.add;
    at = edit.at + edit.cut;
  }
  // What is inserted at its beginning comes before the selection, what is inserted at its end behind it.
  const moved = (position: number, isEnd: boolean): number =>
    ordered.reduce(
      (sum, edit) =>
        edit.at < position || (edit.at === position && !isEnd)
          ? sum + edit.add.length - Math.min(edit.cut, position - edit.at)
          : sum,
      position,
    );
  const begins = moved(start, false);
  return { from, to, text: changed, start: begins, end: start === end ? begins : moved(end, true) };
}

interface Range {
  from: number;
  to: number;
}

/** The spans of a style in a line, from the opening mark to behind the closing one. */
function rangesOf(line: string, style: Style): Range[] {
  const ranges: Range[] = [];
  function walk(spans: readonly Span[], begin: number): number {
    let at = begin;
    for (const span of spans) {
      const from = at;
      if ("spans" in span) at = walk(span.spans, at + 1) + 1;
      else at += span.text.length + (span.kind === "code" ? 2 : 0);
      if (span.kind === style) ranges.push({ from, to: at });
    }
    return at;
  }
  const quoted = signsOf(line);
  walk(parseSpans(line.slice(quoted)), quoted);
  return ranges;
}

/** Length of the signs of quotes at the beginning of a line. */
const signsOf = (line: string): number => /^(?:>\s?)*/.exec(line)![0].length;

/**
 * The last place at or before this one where an opening mark is valid (§5.2): at the beginning of the line, after white
 * space, or after other opening marks.
 */
function openingBefore(line: string, at: number, mark: string): number {
  const begin = signsOf(line);
  for (let place = at; ;) {
    let before = place;
    while (before > begin && ANY_MARK.has(line[before - 1]!) && line[before - 1] !== mark) before -= 1;
    if (before <= begin || isSpace(line[before - 1])) return place;
    place = before - 1;
  }
}

/** A part of a line without white space around it; null: there is nothing else. */
function trimmed(line: string, { from, to }: Range): Range | null {
  let [start, end] = [Math.max(from, signsOf(line)), to];
  while (start < end && isSpace(line[start])) start += 1;
  while (end > start && isSpace(line[end - 1])) end -= 1;
  return start < end ? { from: start, to: end } : null;
}

/** The style covers all of it. */
const covering = (line: string, { from, to }: Range, style: Style): Range | undefined =>
  rangesOf(line, style).find((one) => one.from <= from && to <= one.to);

function wrap(line: string, part: Range, style: Style): Edit[] {
  const mark = MARKS[style];
  let from = openingBefore(line, part.from, mark);
  let { to } = part;
  // Within a word only a closing mark is valid, so the whole word is taken.
  if (from < part.from) while (!isSpace(line[to])) to += 1;
  const held = rangesOf(line, style).filter((one) => one.from < to && from < one.to);
  for (const one of held) [from, to] = [Math.min(from, one.from), Math.max(to, one.to)];
  const unmarked = held.flatMap((one) => [removal(one.from, 1), removal(one.to - 1, 1)]);
  return [...unmarked, insertion(from, mark), insertion(to, mark)];
}

const unwrap = ({ from, to }: Range): Edit[] => [removal(from, 1), removal(to - 1, 1)];
const shifted = (edits: readonly Edit[], by: number): Edit[] => edits.map((edit) => ({ ...edit, at: edit.at + by }));

/** Several lines become preformatted text, or cease to be. */
function toggleBlock(text: string, start: number, end: number): Change {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const behind = text.indexOf("\n", end);
  const to = behind === -1 ? text.length : behind;
  const lines = text.slice(from, to).split("\n");
  const [first, last] = [lines[0]!, lines.at(-1)!];
  if (lines.length > 2 && first.startsWith(FENCE) && last === FENCE) {
    const edits = [removal(from, first.length + 1), removal(to - FENCE.length - 1, FENCE.length + 1)];
    return changeOf(text, edits, start, end);
  }
  return changeOf(text, [insertion(from, `${FENCE}\n`), insertion(to, `\n${FENCE}`)], start, end);
}

/**
 * Styles the selection, or the word at the caret, or removes that style from it. Lines are styled one by one, since no
 * span goes beyond its line; several lines of code become preformatted text.
 * @param start the selection, in UTF-16 units
 */
export function toggleStyle(text: string, start: number, end: number, style: Style): Change {
  const mark = MARKS[style];
  if (style === "code" && text.slice(start, end).trim().includes("\n")) return toggleBlock(text, start, end);
  // A pair that was just put in.
  if (start === end && text[start - 1] === mark && text[start] === mark)
    return changeOf(text, [removal(start - 1, 2)], start, start);
  const parts: { begin: number; line: string; part: Range }[] = [];
  let begin = text.lastIndexOf("\n", start - 1) + 1;
  for (const line of text.slice(begin).split("\n")) {
    if (begin > end) break;
    const part = { from: Math.max(0, start - begin), to: Math.min(line.length, end - begin) };
    const word = start === end ? wordAt(line, part.from) : trimmed(line, part);
    if (word !== null) parts.push({ begin, line, part: word });
    begin += line.length + 1;
  }
  if (parts.length === 0) return { from: end, to: end, text: mark + mark, start: end + 1, end: end + 1 };
  const styled = parts.map(({ line, part, begin: from }) => {
    // At the caret it is enough that the style is there.
    const range = covering(line, start === end ? { from: start - from, to: start - from } : part, style);
    return range === undefined ? null : shifted(unwrap(range), from);
  });
  const isStyled = styled.every((one) => one !== null);
  const edits = parts.flatMap(({ line, part, begin: from }, at) =>
    isStyled ? styled[at]! : styled[at] === null ? shifted(wrap(line, part, style), from) : [],
  );
  return changeOf(text, edits, start, end);
}

/** The word that the caret touches. */
function wordAt(line: string, caret: number): Range | null {
  const begin = signsOf(line);
  let [from, to] = [caret, caret];
  while (from > begin && !isSpace(line[from - 1])) from -= 1;
  while (!isSpace(line[to])) to += 1;
  return from < to ? { from, to } : null;
}
