import { createDecipheriv, createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encrypted, encryptedSize, newFileKey } from "./encrypt.ts";
import { createFileCopies, type FileCopies } from "./file-copies.ts";

vi.mock(import("node:fs/promises"), async (original) => {
  const real = await original();
  return { ...real, open: vi.fn(real.open) };
});

let parent: string;
let folder: string;
let staging: FileCopies;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "jackdaw-staging-"));
  folder = join(parent, "outgoing");
  staging = createFileCopies(folder);
});
afterEach(() => {
  vi.mocked(open).mockClear();
  rmSync(parent, { recursive: true, force: true });
});

async function* pieces(of: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < of.length; at += size) yield of.subarray(at, at + size);
}
async function whole(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of content) all.push(piece);
  return Buffer.concat(all);
}
const TEXT = Buffer.from("what nobody else should read");

describe("a staged file", () => {
  it("comes back as it was, with its size and hash, whatever the pieces are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 64 }), async (bytes, size) => {
        const file = await staging.take(pieces(bytes, size), 300);
        expect(file.size).toBe(bytes.length);
        expect(file.sha256).toBe(createHash("sha256").update(bytes).digest("base64"));
        expect((await whole(staging.plain(file))).equals(bytes)).toBe(true);
        expect(await whole(staging.sealed(file))).toHaveLength(encryptedSize(bytes.length));
      }),
      { numRuns: 30 },
    );
  });

  it("lies encrypted in the form of XEP-0454, readable only for the user, under a random name", async () => {
    const file = await staging.take(pieces(TEXT), 100);
    expect(readdirSync(folder)).toEqual([file.id]);
    expect(file.id).toMatch(/^[0-9a-f]{32}$/);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, file.id)).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(join(folder, file.id));
    expect(bytes.includes("nobody")).toBe(false);
    expect(file.iv).toHaveLength(24);
    expect(file.key).toHaveLength(64);
    const decipher = createDecipheriv("aes-256-gcm", Buffer.from(file.key, "hex"), Buffer.from(file.iv, "hex"));
    decipher.setAuthTag(bytes.subarray(-16));
    expect(Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()])).toEqual(TEXT);
  });

  it("has keys of its own", async () => {
    const [one, other] = [await staging.take(pieces(TEXT), 100), await staging.take(pieces(TEXT), 100)];
    expect(one.key).not.toBe(other.key);
    expect(one.iv).not.toBe(other.iv);
  });

  it("that was changed or is gone is never complete", async () => {
    const file = await staging.take(pieces(Buffer.alloc(500_000)), 1_000_000);
    const path = join(folder, file.id);
    const bytes = readFileSync(path);
    bytes[3]! ^= 1;
    writeFileSync(path, bytes);
    let read = 0;
    const reading = (async () => {
      for await (const piece of staging.plain(file)) read += piece.length;
    })();
    await expect(reading).rejects.toMatchObject({ fault: "missing" });
    expect(read).toBeLessThan(file.size);
    await staging.drop([file.id]);
    await expect(whole(staging.plain(file))).rejects.toMatchObject({ fault: "missing" });
    await expect(whole(staging.sealed(file))).rejects.toMatchObject({ fault: "missing" });
  });

  it("is never outside of the folder", async () => {
    writeFileSync(join(parent, "secret"), "secret");
    for (const id of ["../secret", join(parent, "secret"), ".", ""]) {
      await expect(whole(staging.sealed({ id }))).rejects.toMatchObject({ fault: "missing" });
      await expect(staging.drop([id])).rejects.toMatchObject({ fault: "missing" });
    }
    expect(readFileSync(join(parent, "secret"), "utf8")).toBe("secret");
  });
});

describe("staging", () => {
  it("a file above the limit leaves nothing behind", async () => {
    await expect(staging.take(pieces(Buffer.alloc(101)), 100)).rejects.toMatchObject({ fault: "too-large" });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("a file that cannot be read to its end leaves nothing behind", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield TEXT;
      throw new Error("cancelled");
    }
    await expect(staging.take(broken(), 100)).rejects.toThrow("cancelled");
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["ENOSPC", "disk-full"],
    ["EDQUOT", "disk-full"],
    ["EIO", "not-written"],
  ])("on a disk that fails with %s leaves nothing behind", async (code, fault) => {
    const real = vi.mocked(open).getMockImplementation()!;
    vi.mocked(open).mockImplementationOnce(async (...args) => {
      const file = await real(...args);
      let written = 0;
      const write = file.writev.bind(file);
      file.writev = async (batch) => {
        if (++written > 2) throw Object.assign(new Error(`${code}: write`), { code, syscall: "write" });
        return write(batch);
      };
      return file;
    });
    const large = Buffer.alloc(2_000_000);
    await expect(staging.take(pieces(large, 100_000), large.length)).rejects.toMatchObject({ fault });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("on a system that takes only a part of what is written copies the whole file", async () => {
    const real = vi.mocked(open).getMockImplementation()!;
    vi.mocked(open).mockImplementationOnce(async (...args) => {
      const file = await real(...args);
      const write = file.writev.bind(file);
      file.writev = async (buffers) => {
        const { bytesWritten } = await write([new Uint8Array(buffers[0]!.buffer, buffers[0]!.byteOffset, 7)]);
        return { bytesWritten, buffers };
      };
      return file;
    });
    const large = Buffer.alloc(2_000_000, "large");
    const file = await staging.take(pieces(large, 100_000), large.length);
    expect((await whole(staging.plain(file))).equals(large)).toBe(true);
  });

  it("keeps what was encrypted in its form as it is", async () => {
    const large = randomBytes(700_001);
    const key = newFileKey();
    async function* sealed() {
      yield* encrypted(pieces(large, 100_000), key);
      return large.length;
    }
    const file = await staging.keepSealed({ key, pieces: sealed });
    expect(file).toMatchObject({ ...key, size: large.length });
    expect((await whole(staging.plain(file))).equals(large)).toBe(true);
    expect((await staging.part(file, 350_001, 20)).equals(large.subarray(350_001, 350_021))).toBe(true);
    const broken = async function* () {
      yield* pieces(large, 100_000);
      throw new Error("the connection broke off");
    } as () => AsyncGenerator<Buffer, number>;
    await expect(staging.keepSealed({ key, pieces: broken })).rejects.toThrow("broke off");
    expect(readdirSync(folder)).toEqual([file.id]);
  });

  it("in a folder that cannot be made says so", async () => {
    writeFileSync(folder, "a file");
    await expect(staging.take(pieces(TEXT), 100)).rejects.toMatchObject({ fault: "not-written" });
  });

  it("a sweep removes all copies but those that are needed, and no other file", async () => {
    await staging.sweep(new Set());
    const [one, other] = [await staging.take(pieces(TEXT), 100), await staging.take(pieces(TEXT), 100)];
    writeFileSync(join(folder, "readme.txt"), "of the user");
    await staging.sweep(new Set([one.id]));
    expect(readdirSync(folder).sort()).toEqual([one.id, "readme.txt"].sort());
    await staging.drop([one.id, other.id]);
    expect(readdirSync(folder)).toEqual(["readme.txt"]);
  });
});
