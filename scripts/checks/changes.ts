/** Determines what has changed in the project, for `npm test -- --changed`. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface Changes {
  /** The commit compared with. */
  since: string;
  /** Paths relative to the root folder, including untracked files. */
  files: string[];
}

/**
 * @param project root folder
 * @param commit to compare with; null: the last one when there are uncommitted changes, else the one before it
 * @throws when git does not know the commit
 */
export function changesSince(project: string, commit: string | null): Changes {
  const git = (...args: string[]): string[] =>
    execFileSync("git", args, { cwd: project, encoding: "utf8" })
      .split("\n")
      .filter((line) => line !== "");
  const since = commit ?? (git("status", "--porcelain").length > 0 ? "HEAD" : "HEAD~1");
  const followed = git("diff", "--name-only", "--diff-filter=d", since);
  const files = [...followed, ...git("ls-files", "--others", "--exclude-standard")];
  return { since, files: files.filter((file) => existsSync(join(project, file))) };
}

/** The files that the linter reads. */
export const lintable = (files: readonly string[]): string[] => files.filter((file) => /\.(?:tsx?|mjs)$/.test(file));

/**
 * The window specs to run. They drive the built program, so imports do not show which of them a change affects: all
 * when the program or the harness has changed, else only the changed specs.
 */
export function e2eSpecs(files: readonly string[]): "all" | string[] {
  const isProgram = (file: string): boolean =>
    /^(?:shared|electron|renderer|assets|e2e\/(?:harness|peers))\//.test(file) &&
    !/\.test\.tsx?$|\/testing\//.test(file);
  return files.some(isProgram) ? "all" : files.filter((file) => /^e2e\/.*\.spec\.ts$/.test(file));
}
