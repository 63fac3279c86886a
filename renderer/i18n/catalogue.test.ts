// The catalogue is complete: every code has its sentence, every key is used, no component speaks by itself.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../shared/ipc/index.ts";
import { decryptionProblems } from "../../shared/model/encryption.ts";
import { problemCodes } from "../../shared/model/problem.ts";
import { roomProblems } from "../../shared/model/room.ts";
import { german } from "./de/index.ts";
import { english } from "./en/index.ts";
import { chooseLanguage } from "../../shared/model/language.ts";
import { flatten, setLanguage, t } from "./index.ts";

const folder = join(import.meta.dirname, "..");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|\.d\.ts$/.test(name) && !/^i18n\//.test(name))
  .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
const en = flatten(english);
const de = flatten(german);
/** Attributes that are read or shown. */
const SPOKEN = new Set([
  "aria-label",
  "aria-description",
  "aria-roledescription",
  "aria-valuetext",
  "title",
  "placeholder",
  "alt",
  "label",
  "hint",
  "text",
]);
const LETTERS = /\p{L}{2}/u;
const names = (sentence: string): string[] =>
  [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1] ?? "").sort();

describe("the catalogue", () => {
  it("says everything in both languages, with the same values", () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
    for (const [key, sentence] of Object.entries(en)) {
      expect(sentence.trim(), key).not.toBe("");
      expect(de[key]?.trim(), key).not.toBe("");
      expect(names(de[key] ?? ""), key).toEqual(names(sentence));
    }
  });

  it("has no sentence that was left in English", () => {
    // One word may be the same by chance; a sentence of values only has no words at all.
    const isSentence = (text: string) => /\p{L}\s+\S*\p{L}/u.test(text.replace(/\{\{\w+\}\}/g, ""));
    const left = Object.keys(en).filter((key) => en[key] === de[key] && isSentence(en[key] ?? ""));
    expect(left).toEqual([]);
  });

  it("has a title and a sentence for every problem and every error", () => {
    for (const code of problemCodes) {
      expect(en).toHaveProperty([`problem.${code}`]);
      expect(en).toHaveProperty([`problemTitle.${code}`]);
    }
    for (const code of errorCodes) expect(en).toHaveProperty([`error.${code}`]);
    expect(Object.keys(english.problem).sort()).toEqual([...problemCodes].sort());
    expect(Object.keys(english.error).sort()).toEqual([...errorCodes].sort());
  });

  it("says of every room why we are not in it", () => {
    for (const code of roomProblems) expect(en).toHaveProperty([`room.problem.${code}`]);
  });

  it("says of every message that cannot be read why, what it means and what to do", () => {
    for (const subject of [english.decryption, english.decryptionMeaning, english.decryptionAdvice]) {
      expect(Object.keys(subject).sort()).toEqual([...decryptionProblems].sort());
    }
  });

  it("uses typographic quotation marks and apostrophes", () => {
    for (const [key, sentence] of [...Object.entries(en), ...Object.entries(de)])
      expect(sentence, key).not.toMatch(/["']|\.\.\./);
  });

  it("has no key that nothing uses", () => {
    const whole = new Set<string>();
    const patterns: RegExp[] = [];
    for (const { name, text } of files) collectKeys(name, text, whole, patterns);
    const unused = Object.keys(en).filter((key) => {
      const stem = key.replace(/_(one|other)$/, "");
      return !whole.has(stem) && !patterns.some((pattern) => pattern.test(stem));
    });
    expect(unused).toEqual([]);
  });

  it("leaves no words to the components", () => {
    expect(files.flatMap(({ name, text }) => findLiterals(name, text))).toEqual([]);
  });

  it("would find words in a component", () => {
    const source =
      "const A = () => <p title=\"Hello\" aria-label={'there'} className=\"ok\">Text <b>{`more`}</b>{'words'} · </p>;";
    expect(findLiterals("A.tsx", source).map((one) => one.replace(/^.*: /, ""))).toEqual([
      "Hello",
      "there",
      "Text",
      "more",
      "words",
    ]);
  });
});

describe("t", () => {
  it("fills in values as they are and counts in the chosen language", () => {
    setLanguage("de");
    expect(t("connection.retryIn", { count: 1 })).toBe("Nächster Versuch in 1 Sekunde");
    expect(t("connection.retryIn", { count: 5 })).toBe("Nächster Versuch in 5 Sekunden");
    setLanguage("en");
    expect(t("connection.retryIn", { count: 1 })).toBe("Next try in 1 second");
    // What a server says is text: no markup, no second round of filling in.
    expect(t("connection.serverSays", { text: "<b>{{count}} $t(common.back)" })).toBe(
      "The server says: “<b>{{count}} $t(common.back)”",
    );
  });

  it("groups the digits of a count as the language does", () => {
    expect(t("room.people", { count: 5_001 })).toBe("5,001 people");
    expect(t("room.andOthers", { count: 1_000_000 })).toBe("1,000,000 others");
    setLanguage("de");
    expect(t("room.people", { count: 5_001 })).toBe("5.001 Personen");
    expect(t("room.people", { count: 1 })).toBe("1 Person");
    setLanguage("en");
  });

  it("takes the host's language only where it is one of ours", () => {
    expect(chooseLanguage("system", "de-AT")).toBe("de");
    expect(chooseLanguage("system", "fr")).toBe("en");
    expect(chooseLanguage("system", "den")).toBe("en");
    expect(chooseLanguage("de", "fr")).toBe("de");
  });
});

/** Every string of a file may be a key; a template such as `problem.${code}` stands for all that fit it. */
function collectKeys(name: string, text: string, whole: Set<string>, patterns: RegExp[]): void {
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) whole.add(node.text);
    if (ts.isTemplateExpression(node)) {
      const parts = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)];
      // Only a template that names its subject counts, or one such as `${a} ${b}` would hide every unused key.
      if (/^[a-z]+\./i.test(parts[0] ?? ""))
        patterns.push(
          new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+")}$`, "i"),
        );
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
}

/**
 * Words in JSX text, in strings inside JSX braces, and in attributes that are read or shown.
 * @returns one line `file:line: words` for each
 */
function findLiterals(name: string, source: string): string[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const report = (node: ts.Node, words: string) => {
    if (!LETTERS.test(words)) return;
    found.push(`${name}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${words.trim()}`);
  };
  const reportExpression = (expression: ts.Expression): void => {
    if (ts.isStringLiteralLike(expression)) report(expression, expression.text);
    else if (ts.isTemplateExpression(expression))
      report(expression, expression.head.text + expression.templateSpans.map((span) => span.literal.text).join(""));
    else if (ts.isConditionalExpression(expression))
      [expression.whenTrue, expression.whenFalse].forEach(reportExpression);
    else if (ts.isBinaryExpression(expression)) reportExpression(expression.right);
    else if (ts.isParenthesizedExpression(expression)) reportExpression(expression.expression);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) report(node, node.text);
    if (ts.isJsxExpression(node) && node.expression !== undefined && !ts.isJsxAttribute(node.parent))
      reportExpression(node.expression);
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText()) && node.initializer !== undefined) {
      if (ts.isStringLiteral(node.initializer)) report(node, node.initializer.text);
      else if (ts.isJsxExpression(node.initializer) && node.initializer.expression !== undefined)
        reportExpression(node.initializer.expression);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
