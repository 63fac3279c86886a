import { chmod, mkdtemp, readdir, rm, stat, symlink, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileSecretBox } from "./file.ts";

describe("file secret box", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "jackdaw-box-"))));
  afterEach(() => rm(folder, { recursive: true }));

  it("stores and replaces a secret in a file that only its user can read", async () => {
    const box = createFileSecretBox(folder);
    expect(await box.load("store-key")).toBeNull();
    await box.save("store-key", Buffer.from("one"));
    await box.save("store-key", Buffer.from("two"));
    expect(Buffer.from((await box.load("store-key"))!).toString()).toBe("two");
    expect(await readdir(join(folder, "secrets"))).toEqual(["store-key"]);
    expect((await stat(join(folder, "secrets", "store-key"))).mode & 0o777).toBe(0o600);
  });

  it("rejects a file that others can read, and a symlink", async () => {
    const box = createFileSecretBox(folder);
    await box.save("store-key", Buffer.from("one"));
    await chmod(join(folder, "secrets", "store-key"), 0o644);
    await expect(box.load("store-key")).rejects.toThrow(/other users/);
    await rm(join(folder, "secrets"), { recursive: true });
    await mkdir(join(folder, "secrets"), { mode: 0o700 });
    await writeFile(join(folder, "elsewhere"), "x", { mode: 0o600 });
    await symlink(join(folder, "elsewhere"), join(folder, "secrets", "store-key"));
    await expect(box.load("store-key")).rejects.toThrow();
  });

  it.each(["../up", "", "a/b", "a\0b", ".hidden"])("path traversal: rejects the name %j", async (name) => {
    const box = createFileSecretBox(folder);
    await expect((async () => box.save(name, Buffer.from("x")))()).rejects.toThrow();
  });
});
