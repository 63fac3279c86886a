import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changesSince, e2eSpecs, lintable } from "./changes.ts";

describe("changesSince", () => {
  let project: string;
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], {
      cwd: project,
      encoding: "utf8",
    }).trim();
  const commit = (name: string): string => {
    writeFileSync(join(project, name), name);
    git("add", ".");
    git("commit", "-qm", name);
    return git("rev-parse", "HEAD");
  };
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "jackdaw-changes-"));
    git("init", "-q");
  });
  afterEach(() => rmSync(project, { recursive: true }));

  it("changesSince compares with the last commit, or with the one before it when everything is committed", () => {
    commit("one.ts");
    commit("two.ts");
    expect(changesSince(project, null)).toEqual({ since: "HEAD~1", files: ["two.ts"] });
    writeFileSync(join(project, "one.ts"), "else");
    writeFileSync(join(project, "new.ts"), "");
    expect(changesSince(project, null)).toEqual({ since: "HEAD", files: ["one.ts", "new.ts"] });
  });

  it("changesSince lists everything since a commit, without deleted files", () => {
    const first = commit("one.ts");
    commit("two.ts");
    commit("three.ts");
    rmSync(join(project, "two.ts"));
    expect(changesSince(project, first)).toEqual({ since: first, files: ["three.ts"] });
  });

  it("changesSince throws for a commit that git does not know", () => {
    commit("one.ts");
    expect(() => changesSince(project, "nowhere")).toThrow();
  });
});

it("lintable returns only code files", () => {
  expect(lintable(["a.ts", "b.tsx", "c.mjs", "d.css", "README.md"])).toEqual(["a.ts", "b.tsx", "c.mjs"]);
});

describe("e2eSpecs", () => {
  it("e2eSpecs returns all specs when the program or the harness has changed", () => {
    for (const file of ["shared/jid.ts", "renderer/main.tsx", "electron/app/core.ts", "e2e/harness/app.ts"])
      expect(e2eSpecs([file])).toBe("all");
  });

  it("e2eSpecs returns only changed specs otherwise, and ignores tests beside the code", () => {
    const files = ["e2e/specs/uri.spec.ts", "electron/app/x.test.ts", "electron/app/testing/world.ts", "README.md"];
    expect(e2eSpecs(files)).toEqual(["e2e/specs/uri.spec.ts"]);
  });
});
