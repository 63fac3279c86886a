/**
 * Rules about files: their number in a folder, their length, the width of comments, and the content of the lock file.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Line limit; a longer file has more than one subject. */
const LONGEST = 500;
/** Limit of files directly in a folder, so that one can be found. */
const MOST_FILES = 22;
/** Column limit of comments; the formatter does not wrap them. */
const WIDEST = 120;
const COMMENT = /^\s*(?:\/\/|\/?\*)/;
const FOLDERS = ["shared", "electron", "renderer", "e2e", "bench", "scripts"];
const SOURCE = /\.(?:ts|tsx|mjs|css)$/;

/**
 * @param project root folder of the project
 * @returns a sentence for each violation
 */
export function checkTree(project: string): string[] {
  return [
    ...FOLDERS.flatMap((folder) => [
      ...fullFolders(project, join(project, folder)),
      ...sourceFiles(project, join(project, folder)),
    ]),
    ...lockFile(project),
  ];
}

function fullFolders(project: string, top: string): string[] {
  const counts = new Map<string, number>();
  for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) counts.set(entry.parentPath, (counts.get(entry.parentPath) ?? 0) + 1);
  }
  return [...counts].flatMap(([folder, count]) =>
    count > MOST_FILES ? [`${relative(project, folder)} has ${count} files; ${MOST_FILES} are the limit`] : [],
  );
}

function sourceFiles(project: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !SOURCE.test(entry.name)) return [];
    const lines = readFileSync(path, "utf8").split("\n");
    const file = relative(project, path);
    const wide = lines.findIndex((line) => line.length > WIDEST && COMMENT.test(line));
    return [
      ...(lines.length - 1 > LONGEST ? [`${file} has ${lines.length - 1} lines; ${LONGEST} are the limit`] : []),
      ...(wide === -1
        ? []
        : [`${file}:${wide + 1} has a comment of ${lines[wide]!.length} columns; ${WIDEST} are the limit`]),
    ];
  });
}

/** The lock file must work with any registry and contain no package from a local folder. */
function lockFile(project: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")) as {
    packages: Record<string, { resolved?: string; link?: boolean; integrity?: string; inBundle?: boolean }>;
  };
  return Object.entries(packages).flatMap(([path, { resolved, link, integrity, inBundle }]) => {
    if (path === "") return [];
    if (resolved !== undefined) return [`package-lock.json names where ${path} came from: ${resolved}`];
    if (link === true) return [`package-lock.json links ${path} to a folder`];
    return integrity === undefined && inBundle !== true ? [`package-lock.json has no checksum of ${path}`] : [];
  });
}
