/**
 * Runs the stages of `npm test`, all of them even after a failure, and ends with the totals on a separate line.
 *
 * Usage: node scripts/test.ts [--changed[=COMMIT]] [STAGE…], with stages from the list below. With `--changed` the
 * linter and the tests cover only what is affected by the changes since the commit; without a commit, by the
 * uncommitted changes, or else by the last commit.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { changesSince, e2eSpecs, lintable, type Changes } from "./checks/changes.ts";
import { checkTree } from "./checks/check-tree.ts";
import {
  brokenOff,
  countTests,
  describeFailures,
  failedFiles,
  withSecondRun,
  type Count,
} from "./checks/count-tests.ts";

const project = join(import.meta.dirname, "..");
const results = join(project, "test-results");

const tool =
  (path: string, ...args: string[]) =>
  (): Promise<Count> =>
    once([join("node_modules", path), ...args]);

const words = process.argv.slice(2);
const changed = words.find((word) => /^--changed(?:=|$)/.test(word));
const changes: Changes | null = changed === undefined ? null : changesSince(project, changed.split("=")[1] ?? null);

/** In this order: fast and informative stages first. */
const stages: Record<string, () => Promise<Count>> = {
  typecheck: tool("typescript/bin/tsc", "-p", "."),
  format: tool("prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."),
  lint: () => {
    const files = changes === null ? ["."] : lintable(changes.files);
    return files.length === 0 ? nothing() : once(["node_modules/eslint/bin/eslint.js", "--max-warnings=0", ...files]);
  },
  imports: tool(
    "dependency-cruiser/bin/dependency-cruiser.mjs",
    "--config",
    ".dependency-cruiser.mjs",
    "shared",
    "electron",
    "renderer",
  ),
  dead: tool("knip/bin/knip.js", "--no-progress"),
  tree: async () => {
    const complaints = checkTree(project);
    for (const complaint of complaints) console.error(complaint);
    return { passed: complaints.length === 0 ? 1 : 0, failed: complaints.length };
  },
  unit: () => vitest("unit", changes === null ? [] : [`--changed=${changes.since}`]),
  integration: () => vitest("integration", changes === null ? [] : [`--changed=${changes.since}`]),
  build: () => once(["scripts/build.ts"]),
  e2e: () => {
    const specs = changes === null ? "all" : e2eSpecs(changes.files);
    if (specs === "all") return vitest("e2e", []);
    return specs.length === 0 ? nothing() : vitest("e2e", specs);
  },
};

/** Of all stages with tests. */
const failures: string[] = [];
/** What passed when its file ran again. */
const failedOnce: string[] = [];
/**
 * A shared machine may starve a real server for a moment. The whole file runs again, with new servers: a single test
 * would meet the rooms and accounts of its first try. Outside CI every failure is shown at once.
 */
const isRepeated = process.env["CI"] !== undefined;
/** If more files fail, the machine is not the cause. */
const MOST_REPEATED = 5;

const nothing = (): Promise<Count> => Promise.resolve({ passed: 0, failed: 0 });

function run(args: string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: project, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once("exit", (code, signal) => {
      if (signal !== null) console.error(`${args.join(" ")} ended by ${signal}.`);
      resolve(code ?? 1);
    });
  });
}

/** A stage without individual tests counts as one. */
async function once(args: string[]): Promise<Count> {
  return (await run(args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** One run. @returns its report, null if there is none, and its exit code */
async function runTests(project: string, report: string, which: readonly string[]): Promise<[string | null, number]> {
  const path = join(results, report);
  rmSync(path, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${path}`];
  const code = await run([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    project,
    "--passWithNoTests",
    ...reporters,
    ...which,
  ]);
  const text = existsSync(path) ? readFileSync(path, "utf8") : null;
  // A process that ends early is a failure; its report is the evidence.
  for (const file of brokenOff(text)) console.error(`The process of ${file} ended in the middle; see ${path}.`);
  return [text, code];
}

async function vitest(name: string, which: readonly string[]): Promise<Count> {
  let [text, code] = await runTests(name, `${name}.json`, which);
  const files = failedFiles(text);
  const isCrash = brokenOff(text).length > 0;
  if (text !== null && isRepeated && !isCrash && files.length > 0 && files.length <= MOST_REPEATED) {
    console.log(`\n=== ${name}, again: ${files.join(", ")}`);
    const [second, exit] = await runTests(name, `${name}-again.json`, files);
    if (second !== null) {
      const remains = new Set(failedFiles(second));
      failedOnce.push(...describeFailures(text, (file) => !remains.has(file)));
      [text, code] = [withSecondRun(text, second), exit];
    }
  }
  failures.push(...describeFailures(text));
  return countTests(text, code);
}

const wanted = words.filter((word) => word !== changed);
const unknown = wanted.filter((name) => !(name in stages));
if (unknown.length > 0) {
  console.error(`There is no stage ${unknown.join(", ")}; there are ${Object.keys(stages).join(", ")}.`);
  process.exit(2);
}
mkdirSync(results, { recursive: true });
const total: Count = { passed: 0, failed: 0 };
const lines: string[] = [];
for (const [name, stage] of Object.entries(stages)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n=== ${name}`);
  const from = performance.now();
  const { passed, failed } = await stage();
  total.passed += passed;
  total.failed += failed;
  lines.push(
    `${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed  ${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s`,
  );
  console.log(lines.at(-1));
}
for (const failure of failedOnce) console.log(`\nFailed at first, and passed when its file ran again: ${failure}`);
for (const failure of failures) console.log(`\nFailed: ${failure}`);
console.log(`\n${lines.join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
