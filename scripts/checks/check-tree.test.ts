import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkTree } from "./check-tree.ts";

describe("checkTree", () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "jackdaw-tree-"));
    for (const folder of ["shared", "electron", "renderer", "e2e", "bench", "scripts"])
      mkdirSync(join(project, folder));
    lock({ "node_modules/a": { version: "1.0.0", integrity: "sha512-x" } });
  });
  afterEach(() => rmSync(project, { recursive: true }));
  const lock = (packages: object): void =>
    writeFileSync(join(project, "package-lock.json"), JSON.stringify({ packages: { "": {}, ...packages } }));

  it("checkTree reports nothing for a tidy tree", () => {
    writeFileSync(join(project, "shared", "fits.ts"), "\n".repeat(500));
    expect(checkTree(project)).toEqual([]);
  });
  it("checkTree reports a file over the line limit, in any subfolder", () => {
    mkdirSync(join(project, "renderer", "chat"));
    writeFileSync(join(project, "renderer", "chat", "long.tsx"), "\n".repeat(501));
    expect(checkTree(project)).toEqual([expect.stringContaining("renderer/chat/long.tsx has 501 lines")]);
  });
  it("checkTree reports a folder with too many files, not counting subfolders", () => {
    const folder = join(project, "electron", "store");
    mkdirSync(join(folder, "below"), { recursive: true });
    for (let n = 0; n < 22; n++) writeFileSync(join(folder, `${n}.ts`), "");
    writeFileSync(join(folder, "below", "one.ts"), "");
    expect(checkTree(project)).toEqual([]);
    writeFileSync(join(folder, "one-more.css"), "");
    expect(checkTree(project)).toEqual([expect.stringContaining("electron/store has 23 files")]);
  });
  it("checkTree reports a comment over the column limit, but not code", () => {
    const wide = "a".repeat(120);
    writeFileSync(join(project, "shared", "wide.ts"), `const text = "${wide}";\n\n  /** ${wide} */\n`);
    expect(checkTree(project)).toEqual([expect.stringContaining("shared/wide.ts:3 has a comment of 129 columns")]);
  });
  it("checkTree reports URLs, links and missing checksums in the lock file", () => {
    lock({
      "node_modules/a": { resolved: "https://registry.example/a.tgz", integrity: "sha512-x" },
      "node_modules/b": { link: true },
      "node_modules/c": { version: "1.0.0" },
    });
    expect(checkTree(project)).toHaveLength(3);
  });
});
