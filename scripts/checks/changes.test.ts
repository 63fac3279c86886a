import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changesSince, e2eSpecs, lintable } from "./changes.ts";

describe("what has changed", () => {
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

  it("is the last commit when all is committed, and else what is not committed yet", () => {
    commit("one.ts");
    commit("two.ts");
    expect(changesSince(project, null)).toEqual({ since: "HEAD~1", files: ["two.ts"] });
    writeFileSync(join(project, "one.ts"), "else");
    writeFileSync(join(project, "new.ts"), "");
    expect(changesSince(project, null)).toEqual({ since: "HEAD", files: ["one.ts", "new.ts"] });
  });

  it("is everything since a commit, without what was deleted", () => {
    const first = commit("one.ts");
    commit("two.ts");
    commit("three.ts");
    rmSync(join(project, "two.ts"));
    expect(changesSince(project, first)).toEqual({ since: first, files: ["three.ts"] });
  });

  it("is refused for a commit that git does not know", () => {
    commit("one.ts");
    expect(() => changesSince(project, "nowhere")).toThrow();
  });
});

it("only code is linted", () => {
  expect(lintable(["a.ts", "b.tsx", "c.mjs", "d.css", "README.md"])).toEqual(["a.ts", "b.tsx", "c.mjs"]);
});

describe("the specs of the window", () => {
  it("all run when the program or what drives it has changed", () => {
    for (const file of ["shared/jid.ts", "renderer/main.tsx", "electron/app/core.ts", "e2e/harness/app.ts"])
      expect(e2eSpecs([file])).toBe("all");
  });

  it("run by themselves when only they have changed, and not for tests beside the code", () => {
    const files = ["e2e/specs/uri.spec.ts", "electron/app/x.test.ts", "electron/app/testing/world.ts", "README.md"];
    expect(e2eSpecs(files)).toEqual(["e2e/specs/uri.spec.ts"]);
  });
});
