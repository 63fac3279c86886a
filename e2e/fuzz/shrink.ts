/** Makes a stanza smaller for as long as it still does what it should not. */
import { copyOf, elementsOf, textOf, treeOf, type Tree } from "./tree.ts";

/** Tries of one stanza: each may cost a connection. */
const MOST_TRIES = 60;

/**
 * @param fails tells whether a smaller one still does it
 * @returns the smallest that was found
 */
export async function shrink(text: string, fails: (smaller: string) => Promise<boolean>): Promise<string> {
  let best = treeOf(text);
  let tries = 0;
  for (let at = 0; tries < MOST_TRIES; at++) {
    const smaller = without(best, at);
    if (smaller === null) return textOf(best);
    if (textOf(smaller).length >= textOf(best).length) continue;
    tries++;
    if (await fails(textOf(smaller))) {
      best = smaller;
      // The parts have other numbers now.
      at = -1;
    }
  }
  return textOf(best);
}

/**
 * A copy without its part of this number: elements first, then attributes, then texts cut in half. Null: there is none.
 */
function without(tree: Tree, number: number): Tree | null {
  const copy = copyOf(tree);
  let left = number;
  for (const one of elementsOf(copy)) {
    if (left < one.children.length) {
      one.children.splice(left, 1);
      return copy;
    }
    left -= one.children.length;
  }
  for (const one of elementsOf(copy)) {
    if (left < one.attributes.length) {
      one.attributes.splice(left, 1);
      return copy;
    }
    left -= one.attributes.length;
  }
  for (const one of elementsOf(copy)) {
    for (const [at, child] of one.children.entries()) {
      if (typeof child !== "string" || child.length < 2) continue;
      if (left-- === 0) {
        one.children[at] = child.slice(0, child.length / 2);
        return copy;
      }
    }
    for (const attribute of one.attributes)
      if (attribute[1].length > 1 && left-- === 0) {
        attribute[1] = attribute[1].slice(0, attribute[1].length / 2);
        return copy;
      }
  }
  return null;
}
