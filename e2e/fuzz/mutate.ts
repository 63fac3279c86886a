/** Mutates stanzas at random: they stay well-formed XML that a server may send, but are unlike anything expected. */
import type { Chance } from "../faults/chance.ts";
import { attribute, copyOf, elementsOf, setAttribute, textOf, type Tree } from "./tree.ts";
import { createWords, PROTOTYPE_WORDS, type Words } from "./words.ts";

/** Size limit in characters. Servers forward no much larger stanzas (XEP-0478), and 10,000,000 end the stream. */
const LARGEST = 400_000;
const STANZAS = ["message", "presence", "iq"] as const;
const TYPES = [
  "chat",
  "normal",
  "groupchat",
  "headline",
  "error",
  "get",
  "set",
  "result",
  "unavailable",
  "subscribe",
  "subscribed",
  "unsubscribe",
  "unsubscribed",
  "probe",
  "",
  "constructor",
  "form",
  "submit",
  "cancel",
];

/** Names and namespaces that features of the program react to. */
export interface Vocabulary {
  names: string[];
  attributes: string[];
  namespaces: string[];
}

/** @returns every name in these trees, each once */
export function vocabularyOf(trees: readonly Tree[]): Vocabulary {
  const all = trees.flatMap(elementsOf);
  const unique = (list: string[]): string[] => [...new Set(list)].sort();
  return {
    names: unique(all.map(({ name }) => name).filter((name) => !name.includes(":"))),
    attributes: unique(
      all
        .flatMap(({ attributes }) => attributes.map(([name]) => name))
        .filter((name) => name !== "xmlns" && !name.startsWith("xmlns:")),
    ),
    namespaces: unique(all.flatMap((one) => attribute(one, "xmlns") ?? [])),
  };
}

export interface Mutator {
  /** @returns a mutated copy; the root stays a stanza of `jabber:client` */
  mutate(tree: Tree): Tree;
  readonly words: Words;
}

/** @param others trees that may be grafted in */
export function createMutator(
  chance: Chance,
  { vocabulary, people, others }: { vocabulary: Vocabulary; people: readonly string[]; others: readonly Tree[] },
): Mutator {
  const words = createWords(chance, people);
  const elementName = (): string => (chance.is(0.2) ? chance.pick(PROTOTYPE_WORDS) : chance.pick(vocabulary.names));
  const attributeName = (): string =>
    chance.is(0.2) ? chance.pick(PROTOTYPE_WORDS) : chance.pick(vocabulary.attributes);
  const namespace = (): string => (chance.is(0.1) ? words.word() || "urn:x" : chance.pick(vocabulary.namespaces));
  const somewhere = (tree: Tree): Tree => chance.pick(elementsOf(tree));
  /** A random element below the root; null if there is none. */
  function inner(tree: Tree): { parent: Tree; at: number; element: Tree } | null {
    const places = elementsOf(tree).flatMap((parent) =>
      parent.children.flatMap((element, at) => (typeof element === "string" ? [] : [{ parent, at, element }])),
    );
    return places.length === 0 ? null : chance.pick(places);
  }

  function changeValue(tree: Tree): void {
    const one = somewhere(tree);
    if (one.attributes.length === 0) return;
    const [name, value] = chance.pick(one.attributes);
    if (name === "xmlns") setAttribute(one, name, namespace());
    else if (name.startsWith("xmlns")) return;
    else setAttribute(one, name, name === "type" && chance.is(0.7) ? chance.pick(TYPES) : words.like(value));
  }

  function changeText(tree: Tree): void {
    const withText = elementsOf(tree).filter(({ children }) => children.some((child) => typeof child === "string"));
    const one = withText.length > 0 && chance.is(0.85) ? chance.pick(withText) : somewhere(tree);
    const before = one.children.find((child) => typeof child === "string") ?? "";
    const text = words.like(typeof before === "string" ? before : "");
    if (chance.is(0.2)) one.children.splice(chance.between(0, one.children.length), 0, text);
    else one.children = [...one.children.filter((child) => typeof child !== "string"), text];
  }

  /** Damages one character of a value, like a broken copy of something valid. */
  function damageText(tree: Tree): void {
    const texts = elementsOf(tree).flatMap((one) =>
      one.children.flatMap((child, at) => (typeof child === "string" && child.length > 4 ? [{ one, at, child }] : [])),
    );
    if (texts.length === 0) return changeValue(tree);
    const { one, at, child } = chance.pick(texts);
    const place = chance.between(0, child.length - 1);
    one.children[at] = (
      child.slice(0, place) +
      chance.pick(["", "A", "=", " ", "🐦"]) +
      child.slice(place + 1)
    ).toWellFormed();
  }

  function nest(tree: Tree): void {
    const one = somewhere(tree);
    const depth = chance.pick([1, 2, 5, 30, 150, 196, 200, 400]);
    const name = elementName();
    let inside: Tree | string = chance.is(0.5) ? "deep" : { name: elementName(), attributes: [], children: [] };
    for (let level = 0; level < depth; level++) inside = { name, attributes: [], children: [inside] };
    one.children.splice(chance.between(0, one.children.length), 0, inside);
  }

  function multiply(tree: Tree): void {
    const found = inner(tree);
    if (found === null) return;
    const times = chance.pick([1, 1, 1, 2, 3, 10, 30, 200]);
    const copies = Array.from({ length: times }, () => copyOf(found.element));
    found.parent.children.splice(found.at, 0, ...copies);
  }

  function manyAttributes(tree: Tree): void {
    const one = somewhere(tree);
    const many = chance.pick([20, 99, 101, 150, 1_000]);
    for (let number = 0; number < many; number++) setAttribute(one, `a${number}`, "1");
  }

  const operations: readonly [weight: number, change: (tree: Tree) => void][] = [
    [6, changeValue],
    [5, changeText],
    [2, damageText],
    [
      3,
      (tree) => {
        const found = inner(tree);
        found?.parent.children.splice(found.at, 1);
      },
    ],
    [2, multiply],
    [
      2,
      (tree) => {
        const one = somewhere(tree);
        one.children = chance.shuffle(one.children);
      },
    ],
    [2, (tree) => void (somewhere(tree).name = elementName())],
    [2, (tree) => setAttribute(somewhere(tree), "xmlns", chance.is(0.3) ? undefined : namespace())],
    [
      3,
      (tree) => {
        const one = somewhere(tree);
        if (one.attributes.length > 0) setAttribute(one, chance.pick(one.attributes)[0], undefined);
      },
    ],
    [
      2,
      (tree) => {
        const one = somewhere(tree);
        const [name, value] = one.attributes.length === 0 ? ["", ""] : chance.pick(one.attributes);
        setAttribute(one, name, undefined);
        setAttribute(one, attributeName(), value);
      },
    ],
    [3, (tree) => setAttribute(somewhere(tree), attributeName(), words.any())],
    [
      2,
      (tree) =>
        void somewhere(tree).children.push({
          name: elementName(),
          attributes: [["xmlns", namespace()]],
          children: chance.is(0.5) ? [] : [words.any()],
        }),
    ],
    [
      3,
      // Grafts a part of another stanza in.
      (tree) => {
        const graft = copyOf(chance.pick(elementsOf(chance.pick(others))));
        somewhere(tree).children.push(graft);
      },
    ],
    [
      1,
      // Puts a copy of the stanza into itself.
      (tree) => {
        const one = somewhere(tree);
        one.children.push(copyOf(tree));
      },
    ],
    [1, nest],
    [0.5, manyAttributes],
  ];
  const total = operations.reduce((sum, [weight]) => sum + weight, 0);
  function change(tree: Tree): void {
    let left = chance.next() * total;
    for (const [weight, operation] of operations) {
      left -= weight;
      if (left < 0) return operation(tree);
    }
  }

  /** Undoes what only our own server could do wrong: a root that is not a stanza, or a namespace on it. */
  function repairRoot(tree: Tree, before: Tree): void {
    if (!STANZAS.some((name) => name === tree.name)) tree.name = chance.is(0.5) ? chance.pick(STANZAS) : before.name;
    setAttribute(tree, "xmlns", undefined);
  }

  return {
    words,
    mutate(before) {
      for (;;) {
        const tree = copyOf(before);
        const times = 1 + Math.floor(-Math.log(1 - chance.next()) * 1.5);
        for (let time = 0; time < times; time++) change(tree);
        repairRoot(tree, before);
        if (textOf(tree).length <= LARGEST) return tree;
      }
    },
  };
}
