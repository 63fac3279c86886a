/** Stanzas as plain trees that are easy to modify, without the limits of our own parser. */
import type { Element } from "@xmpp/xml";
import { SaxesParser } from "saxes";

export interface Tree {
  name: string;
  /** In order; names are unique. */
  attributes: [name: string, value: string][];
  children: (Tree | string)[];
}

/** Drops white space between elements. @throws when the text is not one well-formed element */
export function treeOf(text: string): Tree {
  const sax = new SaxesParser();
  const outside: Tree = { name: "", attributes: [], children: [] };
  const open: Tree[] = [outside];
  sax.on("error", (error) => {
    throw error;
  });
  sax.on("opentag", ({ name, attributes }) => {
    const tree: Tree = { name, attributes: Object.entries(attributes), children: [] };
    open.at(-1)!.children.push(tree);
    open.push(tree);
  });
  sax.on("closetag", () => void open.pop());
  sax.on("text", (part) => void open.at(-1)!.children.push(part));
  sax.write(text.replaceAll(/>\s+</g, "><").trim()).close();
  return outside.children[0] as Tree;
}

/** Converts a parsed element. */
export function treeFrom(element: Element): Tree {
  const attributes = Object.entries(element.attrs as Record<string, string>);
  const children = element.children as (Element | string)[];
  return {
    name: element.name,
    attributes,
    children: children.map((child) => (typeof child === "string" ? child : treeFrom(child))),
  };
}

/** @param fill changes each value and text, for instance replaces placeholders */
export function copyOf(tree: Tree, fill: (text: string) => string = (text) => text): Tree {
  return {
    name: tree.name,
    attributes: tree.attributes.map(([name, value]) => [name, fill(value)]),
    children: tree.children.map((child) => (typeof child === "string" ? fill(child) : copyOf(child, fill))),
  };
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["\t", "&#9;"],
  ["\n", "&#10;"],
  ["\r", "&#13;"],
]);
/** XML does not allow lone surrogates. */
const escapeText = (text: string): string => text.toWellFormed().replaceAll(/[&<>\r]/g, (sign) => ENTITIES.get(sign)!);
const escapeValue = (text: string): string =>
  text.toWellFormed().replaceAll(/[&<>"\t\n\r]/g, (sign) => ENTITIES.get(sign)!);

/** Serialises any tree as well-formed XML. A loop instead of recursion, since trees may be thousands of levels deep. */
export function textOf(tree: Tree): string {
  const parts: string[] = [];
  const open: (Tree | string | { end: string })[] = [tree];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === "string") parts.push(escapeText(next));
    else if ("end" in next) parts.push(`</${next.end}>`);
    else {
      parts.push(`<${next.name}`);
      for (const [name, value] of next.attributes) parts.push(` ${name}="${escapeValue(value)}"`);
      if (next.children.length === 0) {
        parts.push("/>");
        continue;
      }
      parts.push(">");
      open.push({ end: next.name });
      for (let at = next.children.length - 1; at >= 0; at--) open.push(next.children[at]!);
    }
  }
  return parts.join("");
}

/** All elements of a tree, the root first. */
export function elementsOf(tree: Tree): Tree[] {
  const found = [tree];
  for (let at = 0; at < found.length; at++) {
    for (const child of found[at]!.children) if (typeof child !== "string") found.push(child);
  }
  return found;
}

export function attribute(tree: Tree, name: string): string | undefined {
  return tree.attributes.find(([one]) => one === name)?.[1];
}

/** @param value undefined removes the attribute */
export function setAttribute(tree: Tree, name: string, value: string | undefined): void {
  const at = tree.attributes.findIndex(([one]) => one === name);
  if (value === undefined) {
    if (at !== -1) tree.attributes.splice(at, 1);
  } else if (at === -1) tree.attributes.push([name, value]);
  else tree.attributes[at]![1] = value;
}

/** The first child with this name, in this namespace if given. */
export function child(tree: Tree, name: string, namespace?: string): Tree | undefined {
  const isIt = (one: Tree): boolean =>
    one.name === name && (namespace === undefined || attribute(one, "xmlns") === namespace);
  return tree.children.find((one): one is Tree => typeof one !== "string" && isIt(one));
}
