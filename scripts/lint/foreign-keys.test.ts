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
      name: "a Map lookup",
      code: `const table = new Map([["conflict", 1]]); export const f = (word: string) => table.get(word);`,
    },
    { name: "a literal key", code: `${TABLE} export const f = () => TABLE["conflict"];` },
    {
      name: "a key of a union of literals",
      code: `const table = { a: 1, b: 2 }; export const f = (word: "a" | "b") => table[word];`,
    },
    {
      name: "a key of type keyof",
      code: `const table = { a: 1, b: 2 }; export const f = <K extends keyof typeof table>(word: K) => table[word];`,
    },
    { name: "an array index", code: `export const f = (list: readonly number[], at: number) => list[at];` },
    { name: "a symbol key", code: `export const f = (list: readonly number[]) => list[Symbol.iterator];` },
    { name: "a literal name before in", code: `export const f = (value: object) => "code" in value;` },
  ],
  invalid: [
    { name: "a string key", code: `${TABLE} export const f = (word: string) => TABLE[word] ?? 0;`, errors },
    {
      name: "a string key after Object.hasOwn",
      code: `${TABLE} export const f = (word: string) => (Object.hasOwn(TABLE, word) ? TABLE[word] : 0);`,
      errors,
    },
    {
      name: "an attribute name from the network",
      code: `export const f = (attrs: Record<string, unknown>, of: Record<string, string>) => attrs[of["name"]!];`,
      errors,
    },
    {
      name: "a branded string",
      code: `${TABLE} type Jid = string & { readonly __jid: 1 }; export const f = (jid: Jid) => TABLE[jid];`,
      errors,
    },
    {
      name: "a union of a literal and string",
      code: `${TABLE} export const f = (word: "conflict" | (string & {})) => TABLE[word];`,
      errors,
    },
    { name: "a template literal", code: `${TABLE} export const f = (word: string) => TABLE[\`x-\${word}\`];`, errors },
    { name: "a key of type any", code: `${TABLE} export const f = (word: any) => TABLE[word];`, errors },
    {
      name: "a type parameter that extends string",
      code: `export const f = <W extends string>(table: Record<W, number>, word: W) => table[word];`,
      errors,
    },
    {
      name: "an assignment to a string key",
      code: `export const f = (word: string) => { const found: Record<string, string> = {}; found[word] = "x"; return found; };`,
      errors,
    },
    {
      name: "a string before in",
      code: `${TABLE} export const f = (word: string) => word in TABLE;`,
      errors,
    },
  ],
});
