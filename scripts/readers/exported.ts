/**
 * Finds the exported functions that may read untrusted text, from the source. Each of them must be on a list in this
 * folder, with its worst input or with the reason why no untrusted text reaches it.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "typescript";

/** Folders that mostly read untrusted input: every parameter counts that is more than a number or bytes. */
const WHOLE = ["shared", "electron/attachments", "electron/log", "electron/omemo", "electron/xmpp"];
/** Folders that mostly handle the results of those above: a parameter counts if it is text, an element, or any type. */
const TEXTS = ["electron/app", "electron/desktop", "electron/ipc", "electron/store", "renderer"];
// Excludes electron/{backup,browser,page,secrets}: local files and requests. Node refuses request headers over 16 kB.

const HARMLESS =
  /^(?:number|boolean|bigint|Uint8Array|Uint32Array|ArrayBuffer|Buffer|Date|null|undefined|[|&\s()[\]]|readonly|NodeJS\.Platform|\(\) => [\w.]+)+$/;
const TEXT = /(?<![\w.<"])(?:string|unknown|any|Element|Iterable<string>)(?![\w>"])/;

/** @param project root folder @returns `path name` of each, sorted */
export function exportedReaders(project: string): string[] {
  const found = [
    ...WHOLE.map((folder) => ({ folder, counts: (type: string) => !HARMLESS.test(type) })),
    ...TEXTS.map((folder) => ({ folder, counts: (type: string) => TEXT.test(type) })),
  ];
  return found
    .flatMap(({ folder, counts }) => sources(join(project, folder)).flatMap((path) => inFile(project, path, counts)))
    .toSorted();
}

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.test\.ts$|\.d\.ts$/.test(entry.name))
    .filter((entry) => !entry.parentPath.split(sep).includes("testing"))
    .map((entry) => join(entry.parentPath, entry.name));

function inFile(project: string, path: string, counts: (type: string) => boolean): string[] {
  const name = relative(project, path).split(sep).join("/");
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  return source.statements.filter(isExported).flatMap((statement) =>
    functionsOf(statement)
      // Hooks cannot be called here; the functions that they call are exported as well, or local.
      .filter(
        (one) =>
          !/^use[A-Z]/.test(one.name) &&
          one.parameters.some(({ type }) => counts(type?.getText(source).replace(/\s+/g, " ") ?? "any")),
      )
      .map((one) => `${name} ${one.name}`),
  );
}

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);

/** Functions, constants that are functions, and classes with the parameters of their methods. */
function functionsOf(statement: ts.Statement): { name: string; parameters: readonly ts.ParameterDeclaration[] }[] {
  if (ts.isFunctionDeclaration(statement) && statement.name !== undefined)
    return [{ name: statement.name.text, parameters: statement.parameters }];
  if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
    return [
      {
        name: statement.name.text,
        parameters: statement.members.flatMap((member) =>
          ts.isMethodDeclaration(member) || ts.isConstructorDeclaration(member) ? [...member.parameters] : [],
        ),
      },
    ];
  }
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
    initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
      ? [{ name: name.getText(), parameters: initializer.parameters }]
      : [],
  );
}
