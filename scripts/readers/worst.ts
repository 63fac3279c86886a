/** Generates the worst untrusted input in several sizes, and measures how the time to read it grows. */
import { parse } from "ltx";
import type { Element } from "@xmpp/xml";

/** UTF-16 units. The first size exists only to detect early what would take minutes with the others. */
export const SIZES = [16_384, 65_536, 262_144] as const;
/** From size to size, linear time grows by a factor of four, quadratic time by sixteen. */
export const MOST_GROWTH = 10;
/**
 * Milliseconds. A time below the floor is never a failure: quadratic time at 256 kB is far longer, and times near zero
 * say nothing, since engines treat large strings differently from small ones.
 */
const FLOOR = { now: 30, before: 1 };

/** Milliseconds. A longer measurement is repeated only once: quadratic time would take minutes. */
const LONG = 500;

/**
 * White space, quotes, characters that patterns repeat, separators of addresses, characters that combine or reorder
 * text or have several units, and near-matches.
 */
const SHAPES: readonly string[] = [
  " ",
  "\n",
  "a",
  "0",
  '"',
  "'",
  "%",
  "/",
  "@",
  ".",
  ":",
  "?",
  "#",
  "=",
  "-",
  "(",
  "<Link",
  "a ",
  "a.",
  "&a=b;",
  "\u0315\u0300",
  "\u202E\u05D0",
  "\u200D",
  "\u00A0",
  "\u{1F600}",
];

/** A subset, because a stanza has many places. */
const FEW: readonly string[] = [" ", "a", "'", "/", "@", "0", "\u0315\u0300"];

const known = new Map<string, string>();
function filled(shape: string, size: number): string {
  const key = `${size} ${shape}`;
  let text = known.get(key);
  if (text === undefined)
    known.set(
      key,
      (text = Buffer.from(shape.repeat(Math.ceil(size / shape.length)), "utf16le")
        .subarray(0, 2 * size)
        .toString("utf16le")),
    );
  return text;
}

/** One input to measure. */
export interface Case {
  what: string;
  /** @returns the function to measure */
  prepare(size: number): () => unknown;
}
export type Reader = () => Iterable<Case>;

/** Reads a text. @param frames prefix and suffix, without which the reader would refuse the text at once */
export const text = (
  read: (text: string) => unknown,
  ...frames: (readonly [before: string, behind: string])[]
): Reader =>
  function* () {
    for (const [before, behind] of [["", ""] as const, ...frames]) {
      for (const shape of SHAPES) {
        yield {
          what: `${JSON.stringify(before.slice(0, 40))} ${JSON.stringify(shape)}… ${JSON.stringify(behind.slice(0, 40))}`,
          prepare(size) {
            const whole = before + filled(shape, size) + behind;
            return () => read(whole);
          },
        };
      }
    }
  };

/**
 * Reads an element. Each text and each attribute of the templates is made long, and each element is repeated.
 * @param templates valid elements
 */
export const element = (read: (element: Element) => unknown, ...templates: string[]): Reader =>
  function* () {
    for (const template of templates) {
      const all = [...within(parse(template) as Element)];
      for (const [at, one] of all.entries()) {
        const prepare = (change: (one: Element, size: number) => void) => (size: number) => {
          const whole = parse(template) as Element;
          change([...within(whole)][at]!, size);
          return () => read(whole);
        };
        for (const shape of FEW) {
          for (const name of Object.keys(one.attrs).filter((key) => key !== "xmlns")) {
            yield {
              what: `<${one.name} ${name}="…${shape}…">`,
              prepare: prepare((changed, size) => void (changed.attrs[name] += filled(shape, size))),
            };
          }
          if (one.getChildElements().length === 0) {
            yield {
              what: `<${one.name}>…${shape}…`,
              prepare: prepare((changed, size) => void changed.children.push(filled(shape, size))),
            };
            if (one.getText() !== "")
              yield {
                what: `<${one.name}>${shape}…`,
                prepare: prepare((changed, size) => void changed.children.splice(0, Infinity, filled(shape, size))),
              };
          }
        }
        const length = Math.max(20, one.toString().length);
        const copies = (parent: Element, size: number, copy: (n: number) => Element | string): void => {
          for (let n = 0; n < size / length; n++) {
            const child = copy(n);
            parent.children.push(child);
            if (typeof child !== "string") child.parent = parent;
          }
        };
        const source = one.toString();
        if (one.parent !== null)
          yield {
            what: `many <${one.name}/>`,
            prepare: prepare((changed, size) =>
              copies(changed.parent as Element, size, () => parse(source) as Element),
            ),
          };
        yield {
          what: `<${one.name}> with many unknown elements`,
          prepare: prepare((changed, size) => copies(changed, size, (n) => parse(`<unknown-${n}/>`) as Element)),
        };
        yield {
          what: `<${one.name}> with many pieces of text`,
          prepare: prepare((changed, size) => copies(changed, size, () => "a ")),
        };
      }
    }
  };

function* within(one: Element): Iterable<Element> {
  yield one;
  for (const child of one.getChildElements()) yield* within(child);
}

/** Combines several readers. */
export const all = (...readers: Reader[]): Reader =>
  function* () {
    for (const one of readers) yield* one();
  };

/** @returns the largest growth of the time from a size to the next; 0 if it is too short to measure */
export async function growth({ prepare }: Case): Promise<number> {
  let worst = 0;
  let before = await timed(prepare(SIZES[0]));
  for (const [at, size] of SIZES.slice(1).entries()) {
    let now = await timed(prepare(size));
    const grown = (): number => (now < FLOOR.now ? 0 : now / Math.max(before, FLOOR.before));
    // Only suspicious results are measured again: the machine may have been busy, or the engine not warmed up.
    for (let again = 0; again < (now < LONG ? 8 : 1) && grown() > MOST_GROWTH; again++) {
      before = Math.min(before, await timed(prepare(SIZES[at]!)));
      now = Math.min(now, await timed(prepare(size)));
    }
    worst = Math.max(worst, grown());
    // So fast that even quadratic time would stay below the floor at the next size.
    if (worst > MOST_GROWTH || 16 * now < FLOOR.now) break;
    before = now;
  }
  return worst;
}

/** Milliseconds by the clock, or by processor time (in steps of 4 ms) if the machine was busy. */
async function timed(work: () => unknown): Promise<number> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  try {
    await work();
  } catch {
    // A refusal has read the input as well.
  }
  const { user, system } = process.cpuUsage(used);
  return Math.min(performance.now() - began, (user + system) / 1000 + 4);
}
