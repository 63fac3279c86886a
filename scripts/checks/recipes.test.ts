/**
 * The papers tell newcomers the truth: the files they name are there, and the recipes name all files of their examples.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";

const project = join(import.meta.dirname, "..", "..");
const read = (path: string): string => readFileSync(join(project, path), "utf8");

/** Production files: their paths from the root folder, and their texts. */
const production = ["electron", "shared", "renderer"].flatMap((folder) =>
  readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(project, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => /[.]tsx?$/.test(path) && !/[.]test[.]|[/]testing[/]/.test(path))
    .map((path) => ({ path, text: read(path) })),
);
const filesWith = (mark: string): string[] =>
  production.filter(({ text }) => text.includes(mark)).map(({ path }) => path);

/** The examples of the recipes: the text that marks each, and the files that are listed below it. */
const examples = [...read("CONTRIBUTING.md").matchAll(/Example: [^`]*`([^`]+)`:\n\n((?:- `[^`]+`\n)+)/g)].map(
  ([, mark, list]) => [mark!, [...list!.matchAll(/`([^`]+)`/g)].map(([, path]) => path!)] as const,
);

describe("the recipes", () => {
  it("have an example each, but for the store", () => {
    expect(examples).toHaveLength(read("CONTRIBUTING.md").match(/^\*\*(?:Add|Change) /gm)!.length - 1);
  });

  it.each(examples)("the example %s lists the files that have to do with it", (mark, files) => {
    expect(filesWith(mark).toSorted()).toEqual(files.toSorted());
  });
});

it.each(["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/decisions"])(
  "%s names only files and folders that exist",
  (paper) => {
    const papers = paper.endsWith(".md")
      ? [paper]
      : readdirSync(join(project, paper)).map((name) => `${paper}/${name}`);
    const named = papers.flatMap((one) => [
      ...read(one).matchAll(/`((?:electron|shared|renderer|e2e|scripts|bench)\/[\w./-]+)`/g),
    ]);
    expect(named.length).toBeGreaterThan(0);
    expect(named.map(([, path]) => path!).filter((path) => !existsSync(join(project, path)))).toEqual([]);
  },
);
