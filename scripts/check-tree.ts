/** Rules about the files themselves: their length, and what the lock file may say. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** More lines than this, and a second subject has moved in. */
const LONGEST = 350;
const FOLDERS = ["shared", "electron", "renderer", "e2e", "bench", "scripts"];
const SOURCE = /\.(?:ts|tsx|mjs|css)$/;

/**
 * @param project root folder of the project
 * @returns a sentence for each breach
 */
export function checkTree(project: string): string[] {
  return [...FOLDERS.flatMap((folder) => longFiles(project, join(project, folder))), ...lockFile(project)];
}

function longFiles(project: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !SOURCE.test(entry.name)) return [];
    const lines = readFileSync(path, "utf8").split("\n").length - 1;
    return lines > LONGEST ? [`${relative(project, path)} has ${lines} lines; ${LONGEST} are the limit`] : [];
  });
}

/** It must work with any registry, and bring no package from a folder of somebody's machine. */
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
