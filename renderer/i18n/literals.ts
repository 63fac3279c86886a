/** For the test of the catalogue: finds words that a component says without it. Not part of the window. */
import ts from "typescript";

/** Attributes that are read or shown. */
const SPOKEN = new Set(["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "title", "placeholder", "alt", "label", "hint", "text"]);
const LETTERS = /\p{L}{2}/u;

/**
 * Words in JSX text, in strings inside JSX braces, and in attributes that are read or shown.
 * @returns one line `file:line: words` for each
 */
export function findLiterals(name: string, source: string): string[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const report = (node: ts.Node, words: string) => {
    if (!LETTERS.test(words)) return;
    found.push(`${name}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${words.trim()}`);
  };
  const reportExpression = (expression: ts.Expression): void => {
    if (ts.isStringLiteralLike(expression)) report(expression, expression.text);
    else if (ts.isTemplateExpression(expression)) report(expression, expression.head.text + expression.templateSpans.map((span) => span.literal.text).join(""));
    else if (ts.isConditionalExpression(expression)) [expression.whenTrue, expression.whenFalse].forEach(reportExpression);
    else if (ts.isBinaryExpression(expression)) reportExpression(expression.right);
    else if (ts.isParenthesizedExpression(expression)) reportExpression(expression.expression);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) report(node, node.text);
    if (ts.isJsxExpression(node) && node.expression !== undefined && !ts.isJsxAttribute(node.parent)) reportExpression(node.expression);
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText()) && node.initializer !== undefined) {
      if (ts.isStringLiteral(node.initializer)) report(node, node.initializer.text);
      else if (ts.isJsxExpression(node.initializer) && node.initializer.expression !== undefined) reportExpression(node.initializer.expression);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
