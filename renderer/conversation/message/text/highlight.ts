/** Finds the parts of code that get a colour. Loaded on demand: the grammars are larger than the rest of a chat. */
import { common, createLowlight } from "lowlight";

type Tone = "keyword" | "string" | "number" | "comment" | "name" | "type" | "added" | "removed";

export interface Piece {
  text: string;
  /** Null: the colour of the text. */
  tone: Tone | null;
}

/** By the classes of highlight.js. */
const TONE_OF: ReadonlyMap<string, Tone> = new Map(
  Object.entries({
    keyword: ["keyword", "literal", "operator", "selector-tag", "selector-pseudo", "meta-keyword", "section", "doctag"],
    string: ["string", "regexp", "char", "link", "code", "quote", "formula"],
    number: ["number", "symbol", "bullet", "variable", "template-variable", "selector-id"],
    comment: ["comment", "meta"],
    name: ["title", "name", "attr", "attribute", "property", "selector-class", "selector-attr", "function"],
    type: ["type", "built_in", "class", "tag"],
    added: ["addition"],
    removed: ["deletion"],
  } satisfies Record<Tone, string[]>).flatMap(([tone, names]) => names.map((name) => [`hljs-${name}`, tone as Tone])),
);

const lowlight = createLowlight(common);

/** A node of the tree that lowlight returns (hast), as far as it is used. */
interface Node {
  type: string;
  value?: string;
  properties?: { className?: unknown };
  children?: readonly Node[];
}

function toneOf({ properties }: Node): Tone | null {
  const names = properties?.className;
  const found = Array.isArray(names) ? names.map((name) => TONE_OF.get(String(name))).find((one) => one) : undefined;
  return found ?? null;
}

/**
 * @param code hostile; the caller bounds its length
 * @param language a name or alias
 * @returns pieces that together are the code; null: the language is not known
 */
export function highlight(code: string, language: string): Piece[] | null {
  const name = language.toLowerCase();
  if (!lowlight.registered(name)) return null;
  const pieces: Piece[] = [];
  /** Grammars nest languages in strings and the like, a few levels deep. */
  function take(node: Node, tone: Tone | null): void {
    if (node.type === "text" && node.value !== undefined) pieces.push({ text: node.value, tone });
    for (const child of node.children ?? []) take(child, toneOf(child) ?? tone);
  }
  take(lowlight.highlight(name, code) as Node, null);
  return pieces;
}
