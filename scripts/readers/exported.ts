/**
 * The exported functions that may read foreign text, by the source itself: whoever adds one must say in the list beside
 * this what its worst text is, or why no stranger's text gets there.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "typescript";

/** Where nearly everything reads what strangers wrote: any parameter counts that is more than a number or bytes. */
const WHOLE = ["shared", "electron/attachments", "electron/log", "electron/omemo", "electron/xmpp"];
/** Where most handle what the folders above have read: a parameter counts that is a text, an element, or anything. */
const TEXTS = ["electron/app", "electron/desktop", "electron/ipc", "electron/store", "renderer"];
// Not electron/{backup,browser,page,secrets}: files and requests of this machine. Node takes no request head over 16
// kB.

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
      // What is used only while a component is drawn cannot be called here; what it calls is exported as well, or its
      // own.
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

/** Functions, constants that are functions, and classes with what their methods take. */
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
