/** Minimises a stanza while it still causes the failure. */
import { copyOf, elementsOf, textOf, treeOf, type Tree } from "./tree.ts";

/** Limit of attempts for one stanza; each may cost a connection. */
const MOST_TRIES = 60;

/**
 * @param fails whether a smaller stanza still causes the failure
 * @returns the smallest stanza found
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
      // The parts have new numbers now.
      at = -1;
    }
  }
  return textOf(best);
}

/**
 * A copy without the part of this number: elements first, then attributes, then halves of texts. Null: no such part.
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
