/**
 * Matches text against untrusted patterns (XEP-0122 §3.2.4) in linear time. A pattern is compiled to an NFA whose
 * states are all followed in parallel (Thompson 1968), so a match takes at most `MOST_STATES` steps a character. Only
 * syntax with the same meaning in POSIX and JavaScript is supported: characters, sets, `.`, groups, `|`, `^`, `$` and
 * greedy quantifiers. Any other pattern is refused.
 */

/** Limits in UTF-16 units. */
const MOST = { pattern: 256, text: 256 };
const MOST_STATES = 500;
/** Limit of parts after `{n,m}` is expanded; counted apart from states because an empty part has none. */
const MOST_PARTS = 2_000;

type Part =
  | { kind: "character"; test: RegExp }
  | { kind: "begin" | "end" }
  | { kind: "sequence" | "choice"; parts: Part[] }
  | { kind: "repeat"; part: Part; least: number; most: number };

/** `next`: successor states; a `fork` moves to all of them without consuming a character. */
interface State {
  kind: "fork" | "begin" | "end" | "character" | "done";
  test?: RegExp;
  next: number[];
}

/** The pattern uses unsupported syntax or exceeds a limit. */
class NotTaken extends Error {}

/**
 * Whether an untrusted pattern matches the whole text.
 * @returns null when the pattern was not tried: it or the text is too long, or its syntax is not supported
 */
export function fitsPattern(pattern: string, text: string): boolean | null {
  if (pattern.length > MOST.pattern || text.length > MOST.text) return null;
  try {
    return follow(statesOf(new Reader(pattern).all()), [...text]);
  } catch (error) {
    if (error instanceof NotTaken) return null;
    throw error;
  }
}

class Reader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#characters = [...pattern];
  }

  all(): Part {
    const part = this.#choice();
    if (this.#at < this.#characters.length) throw new NotTaken();
    return part;
  }

  #choice(): Part {
    const parts = [this.#sequence()];
    while (this.#takes("|")) parts.push(this.#sequence());
    return { kind: "choice", parts };
  }

  #sequence(): Part {
    const parts: Part[] = [];
    for (let next = this.#peek(); next !== undefined && next !== "|" && next !== ")"; next = this.#peek())
      parts.push(this.#repeated(this.#one()));
    return { kind: "sequence", parts };
  }

  #one(): Part {
    const next = this.#characters[this.#at++]!;
    switch (next) {
      case "(": {
        if (this.#peek() === "?") throw new NotTaken();
        const part = this.#choice();
        if (!this.#takes(")")) throw new NotTaken();
        return part;
      }
      case "[":
        return this.#set();
      case "\\":
        return this.#escaped();
      case "^":
        return { kind: "begin" };
      case "$":
        return { kind: "end" };
      case ".":
        return character(".");
      case "*":
      case "+":
      case "?":
      case "{":
      case "}":
      case "]":
        throw new NotTaken();
      default:
        return character(next);
    }
  }

  #escaped(): Part {
    const next = this.#characters[this.#at++] ?? "";
    if (!/^[dDwWsStnr$()*+.?[\\\]^{|}/-]$/.test(next)) throw new NotTaken();
    return character(next === "-" ? "-" : `\\${next}`);
  }

  /** Refuses `[]…]`, `[^]…]` and `[[:…`, which mean something else in POSIX. */
  #set(): Part {
    let set = this.#takes("^") ? "[^" : "[";
    if (this.#peek() === "]") throw new NotTaken();
    for (let next = this.#characters[this.#at++]; next !== "]"; next = this.#characters[this.#at++]) {
      const after = this.#peek();
      if (next === undefined || (next === "[" && after !== undefined && ":.=".includes(after))) throw new NotTaken();
      set += next;
      if (next === "\\") set += this.#characters[this.#at++] ?? "";
    }
    return character(`${set}]`);
  }

  #repeated(part: Part): Part {
    const next = this.#peek();
    if (next === undefined || !"*+?{".includes(next)) return part;
    if (part.kind === "begin" || part.kind === "end") throw new NotTaken();
    this.#at++;
    const [least, most] = next === "{" ? this.#bounds() : [next === "+" ? 1 : 0, next === "?" ? 1 : Infinity];
    const after = this.#peek();
    // `*?` and `*+` do not exist in POSIX.
    if (most < least || (after !== undefined && "*+?{".includes(after))) throw new NotTaken();
    return { kind: "repeat", part, least, most };
  }

  #bounds(): [least: number, most: number] {
    const end = this.#characters.indexOf("}", this.#at);
    const found = /^(\d{1,3})(,(\d{0,3}))?$/.exec(
      this.#characters.slice(this.#at, end === -1 ? this.#at : end).join(""),
    );
    if (found === null) throw new NotTaken();
    this.#at = end + 1;
    const least = Number(found[1]);
    return [least, found[2] === undefined ? least : found[3] === "" ? Infinity : Number(found[3])];
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #takes(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }
}

/** @param one a character, a class or a set; matches exactly one character */
function character(one: string): Part {
  try {
    return { kind: "character", test: new RegExp(`^${one}$`, "u") };
  } catch {
    // Not a valid set, such as `[z-a]`.
    throw new NotTaken();
  }
}

/** @returns the NFA; its last state is the start, its first the accepting state */
function statesOf(pattern: Part): State[] {
  const states: State[] = [{ kind: "done", next: [] }];
  let parts = 0;
  const add = (state: State): number => {
    if (states.length >= MOST_STATES) throw new NotTaken();
    return states.push(state) - 1;
  };
  /** @returns the start state of the part; the part continues at `next` */
  const build = (part: Part, next: number): number => {
    if (++parts > MOST_PARTS) throw new NotTaken();
    switch (part.kind) {
      case "character":
        return add({ kind: "character", test: part.test, next: [next] });
      case "begin":
      case "end":
        return add({ kind: part.kind, next: [next] });
      case "sequence":
        return part.parts.reduceRight((after, one) => build(one, after), next);
      case "choice":
        return add({ kind: "fork", next: part.parts.map((one) => build(one, next)) });
      case "repeat":
        return repeated(part, next);
    }
  };
  const repeated = ({ part, least, most }: Extract<Part, { kind: "repeat" }>, next: number): number => {
    let begin = next;
    if (most === Infinity) {
      begin = add({ kind: "fork", next: [next] });
      states[begin]!.next.push(build(part, begin));
    } else {
      for (let more = least; more < most; more++) begin = add({ kind: "fork", next: [build(part, begin), next] });
    }
    for (let more = 0; more < least; more++) begin = build(part, begin);
    return begin;
  };
  add({ kind: "fork", next: [build(pattern, 0)] });
  return states;
}

function follow(states: readonly State[], text: readonly string[]): boolean {
  let now = new Set([states.length - 1]);
  for (let at = 0; ; at++) {
    // A Set iterates over entries that are added during the iteration, each once.
    for (const one of now) {
      const { kind, next } = states[one]!;
      if (kind === "fork" || (kind === "begin" && at === 0) || (kind === "end" && at === text.length))
        for (const to of next) now.add(to);
    }
    if (at === text.length) return now.has(0);
    const after = new Set<number>();
    for (const one of now) {
      const { test, next } = states[one]!;
      if (test?.test(text[at]!) === true) for (const to of next) after.add(to);
    }
    now = after;
  }
}
