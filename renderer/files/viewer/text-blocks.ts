/** Cuts a text into pieces that a browser lays out quickly, however long its lines are. */

/** Lines that are laid out together, when they come into view. */
const LINES = 100;
/** UTF-16 units of a line; the rest follows in lines of its own, because a browser lays out a line as a whole. */
const LONGEST = 4_000;

/** @returns blocks of lines */
export function blocksOf(text: string): string[] {
  const lines = text
    .split(/\r\n|\r|\n/)
    .flatMap((line) =>
      line.length <= LONGEST
        ? [line]
        : Array.from({ length: Math.ceil(line.length / LONGEST) }, (_, at) =>
            line.slice(at * LONGEST, (at + 1) * LONGEST),
          ),
    );
  return Array.from({ length: Math.ceil(lines.length / LINES) }, (_, at) =>
    lines.slice(at * LINES, (at + 1) * LINES).join("\n"),
  );
}
