import { join } from "node:path";
import { RuleTester } from "eslint";
import tseslint from "typescript-eslint";
import { describe, it } from "vitest";
import { foreignKeys } from "./foreign-keys.ts";

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester({
  languageOptions: {
    parser: tseslint.parser as never,
    parserOptions: {
      projectService: {
        allowDefaultProject: ["*.ts"],
        defaultProject: join(import.meta.dirname, "../../tsconfig.json"),
      },
      tsconfigRootDir: import.meta.dirname,
    },
  },
});

const TABLE = `const TABLE: Readonly<Record<string, number>> = { conflict: 1 };`;
const errors = [{ messageId: "map" as const }];

tester.run("foreign-keys", foreignKeys, {
  valid: [
    {
      name: "a Map",
      code: `const table = new Map([["conflict", 1]]); export const f = (word: string) => table.get(word);`,
    },
    { name: "a word that is written there", code: `${TABLE} export const f = () => TABLE["conflict"];` },
    {
      name: "one of the words that the type names",
      code: `const table = { a: 1, b: 2 }; export const f = (word: "a" | "b") => table[word];`,
    },
    {
      name: "one of an object's own keys, by its type",
      code: `const table = { a: 1, b: 2 }; export const f = <K extends keyof typeof table>(word: K) => table[word];`,
    },
    { name: "a place in a list", code: `export const f = (list: readonly number[], at: number) => list[at];` },
    { name: "a symbol", code: `export const f = (list: readonly number[]) => list[Symbol.iterator];` },
    { name: "a property that is named in the code", code: `export const f = (value: object) => "code" in value;` },
  ],
  invalid: [
    { name: "a table", code: `${TABLE} export const f = (word: string) => TABLE[word] ?? 0;`, errors },
    {
      name: "a table with a guard in front",
      code: `${TABLE} export const f = (word: string) => (Object.hasOwn(TABLE, word) ? TABLE[word] : 0);`,
      errors,
    },
    {
      name: "an attribute that a stranger names",
      code: `export const f = (attrs: Record<string, unknown>, of: Record<string, string>) => attrs[of["name"]!];`,
      errors,
    },
    {
      name: "a branded word",
      code: `${TABLE} type Jid = string & { readonly __jid: 1 }; export const f = (jid: Jid) => TABLE[jid];`,
      errors,
    },
    {
      name: "a word that may also be another",
      code: `${TABLE} export const f = (word: "conflict" | (string & {})) => TABLE[word];`,
      errors,
    },
    { name: "part of a word", code: `${TABLE} export const f = (word: string) => TABLE[\`x-\${word}\`];`, errors },
    { name: "anything", code: `${TABLE} export const f = (word: any) => TABLE[word];`, errors },
    {
      name: "a type parameter of words",
      code: `export const f = <W extends string>(table: Record<W, number>, word: W) => table[word];`,
      errors,
    },
    {
      name: "an object that is written to",
      code: `export const f = (word: string) => { const found: Record<string, string> = {}; found[word] = "x"; return found; };`,
      errors,
    },
    {
      name: "a test whether a word is there",
      code: `${TABLE} export const f = (word: string) => word in TABLE;`,
      errors,
    },
  ],
});
