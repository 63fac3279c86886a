import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CRASH } from "./crashes.ts";
import { MOST_BYTES, openLogFile, type LogFile } from "./file.ts";
import { log } from "./log.ts";

let folder: string;
let file: LogFile | null = null;
/** Callbacks that are due after a second. */
let due: (() => void)[] = [];
const aSecondPasses = (): void => due.splice(0).forEach((write) => write());
const open = (): LogFile => (file = openLogFile(folder, (write) => due.push(write)));
const read = (name = "jackdaw.log"): Promise<string> => readFile(join(folder, "log", name), "utf8");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jackdaw-log-"));
  due = [];
});
afterEach(async () => {
  file?.close();
  file = null;
  await rm(folder, { recursive: true, force: true });
});

describe("log file", () => {
  it("contains what was logged before it was opened, with time, level, area and text", async () => {
    log.info("early", "before the folder was known");
    open();
    expect(await read()).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z info {2}early: before the folder was known$/m);
  });

  it("is written once per second, and at once for an error", async () => {
    open();
    const before = await read();
    log.info("test", "waits");
    expect(await read()).toBe(before);
    log.error("test", "does not wait");
    expect(await read()).toMatch(/waits\n.*does not wait\n$/);
    log.info("test", "waits again");
    aSecondPasses();
    expect(await read()).toMatch(/waits again\n$/);
  });

  it.skipIf(process.platform === "win32")(
    "is readable by its user only, even in a folder that was open to others",
    async () => {
      await mkdir(join(folder, "log"));
      await chmod(join(folder, "log"), 0o755);
      await writeFile(join(folder, "log", "jackdaw.log"), "", { mode: 0o644 });
      open();
      expect((await stat(join(folder, "log"))).mode & 0o777).toBe(0o700);
      expect((await stat(join(folder, "log", "jackdaw.log"))).mode & 0o777).toBe(0o600);
    },
  );

  it.skipIf(process.platform === "win32")("does not follow a symlink", async () => {
    await mkdir(join(folder, "log"));
    await writeFile(join(folder, "other"), "");
    await symlink(join(folder, "other"), join(folder, "log", "jackdaw.log"));
    open();
    log.error("test", "not there");
    expect(await readFile(join(folder, "other"), "utf8")).toBe("");
  });

  it("stays under 5 MB together with one older file, and keeps the newest lines", async () => {
    open();
    for (let second = 0; second < 100; second++) {
      for (let count = 0; count < 50; count++) log.info("test", `${second}/${count} ${"ü".repeat(900)}`);
      aSecondPasses();
      const sizes = await Promise.all(
        (await readdir(join(folder, "log"))).map(async (name) => (await stat(join(folder, "log", name))).size),
      );
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES);
    }
    expect((await readdir(join(folder, "log"))).toSorted()).toEqual(["jackdaw.log", "jackdaw.old.log"]);
    expect(await read()).toContain("99/49");
    expect((await read("jackdaw.old.log")).length).toBeGreaterThan(1_000_000);
  });

  it("limits the lines per second, errors included, and reports how many it left out", async () => {
    open();
    aSecondPasses();
    for (let count = 0; count < 500; count++) log.error("test", "x".repeat(1_000));
    const written = (await read()).match(/x{1000}/g)!.length;
    expect(written).toBeLessThan(200);
    log.error(CRASH, "the end");
    expect(await read()).toMatch(/process: the end\n$/);
    aSecondPasses();
    expect(await read()).toContain(`${500 - written} lines were left out`);
    log.info("test", "afterwards");
    aSecondPasses();
    expect(await read()).toMatch(/afterwards\n$/);
  });

  it("throws no error when its folder cannot be created, and starts as soon as it can", async () => {
    await writeFile(join(folder, "log"), "a file in the way");
    open();
    log.error("test", "first");
    await rm(join(folder, "log"));
    log.error("test", "second");
    expect(await read()).toMatch(/^.* lines were left out (EEXIST|ENOTDIR).*\n.*second\n$/);
  });

  it.skipIf(process.platform === "win32")("is created again after it was deleted", async () => {
    open();
    await rm(join(folder, "log"), { recursive: true });
    log.error("test", "after the removal");
    expect(await read()).toContain("after the removal");
  });

  it("is not written after it was closed", async () => {
    open().close();
    const before = await read();
    log.error("test", "too late");
    expect(await read()).toBe(before);
  });
});

describe("log file of a process that ends", () => {
  const here = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  const started: ChildProcess[] = [];
  afterEach(() => started.splice(0).forEach((one) => one.kill("SIGKILL")));

  function start(program: string): ChildProcess {
    const source = `import { openLogFile } from ${here("./file.ts")}; import { log } from ${here("./log.ts")}; import { logCrashes } from ${here("./crashes.ts")};
      openLogFile(${JSON.stringify(folder)}); logCrashes("end"); ${program}`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    started.push(child);
    return child;
  }

  it("contains all lines when the process exits", async () => {
    const child = start(`log.info("test", "last words"); process.exit(3);`);
    expect((await once(child, "exit"))[0]).toBe(3);
    expect(await read()).toContain("last words");
  });

  it.each([
    ["an uncaught error", `setImmediate(() => { throw new Error("broken") });`, "uncaughtException"],
    ["an unhandled rejection", `Promise.reject(new Error("broken"));`, "unhandledRejection"],
  ])("contains %s with its stack, and the process still fails", async (_name, program, origin) => {
    const child = start(`log.info("test", "before it"); ${program}`);
    expect((await once(child, "exit"))[0]).toBe(1);
    expect(await read()).toMatch(new RegExp(`before it\\n.*error process: ${origin}: Error: broken at `));
  });

  it("contains everything older than a second when the process is killed", async () => {
    const child = start(
      `log.info("test", "kept"); setTimeout(() => setTimeout(() => process.stdout.write("now"), 1), 1_000);`,
    );
    await once(child.stdout!, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await read()).toContain("kept");
  });
});
