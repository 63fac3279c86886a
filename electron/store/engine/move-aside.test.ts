import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../testing/store.ts";
import { moveAside } from "./move-aside.ts";

describe("moving a database aside", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder, "jackdaw.db");
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  it("renames it together with its log", async () => {
    for (const end of ["", "-wal", "-shm"]) writeFileSync(path + end, `content${end}`);
    const kept = await moveAside(path);
    expect(kept).toMatch(/jackdaw\.db\.[0-9TZ-]+\.kept$/);
    expect(readdirSync(folder)).toHaveLength(3);
    for (const end of ["", "-wal", "-shm"]) expect(readFileSync(kept + end, "utf8")).toBe(`content${end}`);
  });

  it("never replaces one that was moved aside at the same moment", async () => {
    vi.useFakeTimers({ now: 1.8e12, toFake: ["Date"] });
    const all: string[] = [];
    for (const content of ["one", "two", "three"]) {
      writeFileSync(path, content);
      all.push(await moveAside(path));
    }
    expect(all.map((kept) => readFileSync(kept, "utf8"))).toEqual(["one", "two", "three"]);
  });

  it("does nothing if there is no file", async () => {
    await expect(moveAside(path)).resolves.toMatch(/kept$/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
