/**
 * Builds Jackdaw into dist/: `renderer/` (the window), `electron/` (main, preload, browser host, bridge, store worker).
 * Skips a part whose inputs have not changed since its last build.
 *
 * Usage: node scripts/build.ts [--force] [electron] [renderer]
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build as viteBuild, type InlineConfig } from "vite";

const project = join(import.meta.dirname, "..");
const output = join(project, "dist");
/** Configuration of one bundler run into the given folder. */
type Step = (outDir: string) => InlineConfig;

/** Provided by Electron, or native code that must stay a separate file. */
const external = ["electron", "@signalapp/sqlcipher", "bufferutil", "utf-8-validate"];

const common: InlineConfig = {
  configFile: false,
  root: project,
  publicDir: false,
  logLevel: "warn",
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
};

/** Code for Node: Electron's main process and the browser host. */
const forNode =
  (input: Record<string, string>, format: "es" | "cjs", extension: string): Step =>
  (outDir) => ({
    ...common,
    build: {
      ssr: true,
      target: "node24",
      outDir,
      emptyOutDir: false,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input,
        external,
        // All in one folder: modules find files beside them (the store's worker) by `import.meta.url`.
        output: { format, entryFileNames: `[name]${extension}`, chunkFileNames: `[name]-[hash]${extension}` },
      },
    },
    ssr: { noExternal: true, external, target: "node" },
  });

/** A classic script for the page of the browser host, see electron/browser/bridge.ts. */
const bridge: Step = (outDir) => ({
  ...common,
  build: {
    target: "chrome138",
    outDir,
    emptyOutDir: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { bridge: "electron/browser/bridge.ts" },
      output: { format: "iife", entryFileNames: "[name].js" },
    },
  },
});

const parts = {
  electron: {
    inputs: ["electron", "shared"],
    steps: [
      forNode(
        {
          main: "electron/main.ts",
          browser: "electron/browser/main.ts",
          "store-worker": "electron/store/engine/worker.ts",
        },
        "es",
        ".js",
      ),
      // A sandboxed preload script must be one CommonJS file.
      forNode({ preload: "electron/preload.ts" }, "cjs", ".cjs"),
      bridge,
    ],
  },
  renderer: {
    inputs: ["renderer", "shared", "assets"],
    steps: [(outDir) => ({ configFile: join(project, "vite.config.ts"), logLevel: "warn", build: { outDir } })],
  },
} satisfies Record<string, { inputs: string[]; steps: Step[] }>;
export type Part = keyof typeof parts;

/**
 * Builds what is out of date.
 * @param only parts to check; default: all
 * @returns the parts that were built
 */
export async function build(only: readonly Part[] = Object.keys(parts) as Part[], force = false): Promise<Part[]> {
  const built: Part[] = [];
  mkdirSync(output, { recursive: true });
  for (const name of only) {
    const { inputs, steps } = parts[name];
    const folder = join(output, name);
    const now = fingerprint([...inputs, "vite.config.ts", "package.json", "package-lock.json", "scripts/build.ts"]);
    if (!force && readIfThere(join(folder, ".inputs")) === now) continue;
    // Built aside and then swapped, so that a running host or a second build never sees an incomplete folder.
    const fresh = join(output, `.${name}-${process.pid}`);
    rmSync(fresh, { recursive: true, force: true });
    for (const step of steps) await viteBuild(step(fresh));
    writeFileSync(join(fresh, ".inputs"), now);
    const old = `${fresh}-old`;
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(fresh, folder);
    rmSync(old, { recursive: true, force: true });
    built.push(name);
  }
  return built;
}

/** Folder of the built store worker for programs that run from source; see `electron/store/engine/open.ts`. */
const workerFolder = join(project, ".cache", "store-worker");

/**
 * Builds the store worker for programs that run from source, if it is out of date, and announces it in the environment.
 * So they use the worker that ships, and no worker has to strip types, which may crash V8 13.6 (nodejs/node#66366).
 */
export async function useBuiltStoreWorker(): Promise<void> {
  const entry = join(workerFolder, "store-worker.js");
  const now = fingerprint(["electron/store", "electron/log", "shared", "package-lock.json", "scripts/build.ts"]);
  if (readIfThere(join(workerFolder, ".inputs")) !== now) {
    const fresh = `${workerFolder}-${process.pid}`;
    await viteBuild(forNode({ "store-worker": "electron/store/engine/worker.ts" }, "es", ".js")(fresh));
    writeFileSync(join(fresh, ".inputs"), now);
    rmSync(workerFolder, { recursive: true, force: true });
    renameSync(fresh, workerFolder);
  }
  process.env["JACKDAW_STORE_WORKER"] = pathToFileURL(entry).href;
}

/** Changes with any of the files, by name, size and mtime, which is fast. Tests are ignored. */
function fingerprint(paths: readonly string[]): string {
  const hash = createHash("sha256");
  const add = (path: string): void => {
    const about = statSync(path, { throwIfNoEntry: false });
    if (about === undefined || /\.test\.tsx?$|[\\/]testing$/.test(path)) return;
    if (about.isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else hash.update(`${relative(project, path)} ${about.size} ${about.mtimeMs}\n`);
  };
  for (const path of paths) add(join(project, path));
  return hash.digest("hex");
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const words = process.argv.slice(2);
  const only = words.filter((word): word is Part => word in parts);
  const begin = performance.now();
  const built = await build(only.length > 0 ? only : undefined, words.includes("--force"));
  console.log(
    built.length === 0
      ? "dist/ is up to date"
      : `built ${built.join(", ")} in ${Math.round(performance.now() - begin)} ms`,
  );
}
