import { createHash } from "node:crypto";
import { statSync, truncateSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BackupRecord } from "../../shared/model/backup.ts";
import { CHUNK, createHeader, HEADER, ENCRYPTED_CHUNK } from "./container.ts";
import { about, chat, CHEAP, each, message } from "./testing/records.ts";
import { inspectBackup, readBackup } from "./read.ts";
import { writeBackup } from "./write.ts";

const passphrase = "correct horse";
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jackdaw-backup-"));
  path = join(folder, "account.jackdaw");
});
afterEach(() => rm(folder, { recursive: true }));

type Content = Exclude<BackupRecord, { kind: "end" }>;
const write = (records: Iterable<Content>, more: Partial<Parameters<typeof writeBackup>[0]> = {}) =>
  writeBackup({ path, passphrase, content: each(records), cost: CHEAP, ...more });

async function read(phrase = passphrase): Promise<BackupRecord[]> {
  const all: BackupRecord[] = [];
  await readBackup(path, phrase, async (records) => void all.push(...records));
  return all;
}
/** The error code of the reader for these bytes; null if it accepts them. */
async function faultOf(bytes: Uint8Array): Promise<string | null> {
  await writeFile(path, bytes);
  return read().then(
    () => null,
    (error: { code?: string }) => error.code ?? String(error),
  );
}

describe("backup", () => {
  it("is read exactly as it was written, for any content and chunk boundaries", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 50 }),
      fc.nat(3 * CHUNK).map((length) => 'é\0\u2028"\\'.repeat(length / 5)),
    );
    const property = fc.asyncProperty(
      fc.array(text, { maxLength: 6 }),
      fc.string({ minLength: 1 }),
      async (bodies, phrase) => {
        const records = [about(), chat, ...bodies.map((body, index) => message(body, index))];
        const counts = await write(records, { passphrase: phrase });
        expect(counts).toEqual({ contacts: 0, chats: 1, messages: bodies.length });
        const back = await read(phrase);
        expect(back.at(-1)).toMatchObject({ kind: "end", counts });
        expect(back.slice(0, -1)).toEqual(records);
      },
    );
    await fc.assert(property, { numRuns: 30 });
  });

  it("accepts any Unicode composition of the passphrase, and names its account", async () => {
    await write([about(), chat], { passphrase: "Schlüssel" });
    expect(await inspectBackup(path, "Schlu\u0308ssel")).toEqual(about());
    await expect(inspectBackup(path, "Schlussel")).rejects.toMatchObject({ code: "wrong-passphrase" });
  });

  it("reveals no content, is readable by its user only, and leaves no other file", async () => {
    await write([about(), chat, message("a very secret thing")]);
    const bytes = await readFile(path);
    for (const text of ["secret thing", "example.org", "message"]) expect(bytes.includes(text)).toBe(false);
    if (process.platform !== "win32") expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
    expect(await readdir(folder)).toEqual(["account.jackdaw"]);
  });
});

describe("invalid backup file", () => {
  it("is rejected when any bit is flipped", async () => {
    await write([about(), chat, message("hello")]);
    const good = await readFile(path);
    expect(good.length).toBeLessThan(2000);
    const faults = new Set<string | null>();
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at]! ^= 1 << (at % 8);
      faults.add(await faultOf(bad));
    }
    expect([...faults].sort()).toEqual(["damaged-backup", "newer-backup", "not-a-backup", "wrong-passphrase"]);
    expect(await faultOf(good)).toBeNull();
  });

  it("is rejected wherever it is truncated", async () => {
    await write([about(), chat, message("x".repeat(2 * CHUNK))]);
    const good = await readFile(path);
    const ends = [
      HEADER,
      HEADER + 1,
      HEADER + 16,
      HEADER + ENCRYPTED_CHUNK - 1,
      HEADER + ENCRYPTED_CHUNK,
      HEADER + 2 * ENCRYPTED_CHUNK,
      good.length - 1,
    ];
    for (const end of ends) expect(await faultOf(good.subarray(0, end)), `cut at ${end}`).toBe("damaged-backup");
    expect(await faultOf(good.subarray(0, HEADER - 1))).toBe("damaged-backup");
    expect(await faultOf(good.subarray(0, 10))).toBe("not-a-backup");
    expect(await faultOf(Buffer.alloc(0))).toBe("not-a-backup");
    expect(await faultOf(Buffer.concat([good, Buffer.from([0])]))).toBe("damaged-backup");
  });

  it("is rejected when chunks are swapped, missing, repeated or from another file", async () => {
    const long = [about(), chat, message("x".repeat(3 * CHUNK))];
    await write(long);
    const other = await readFile(path);
    await write(long);
    const good = await readFile(path);
    const piece = (of: Buffer, n: number) =>
      of.subarray(HEADER + n * ENCRYPTED_CHUNK, HEADER + (n + 1) * ENCRYPTED_CHUNK);
    const whole = (...pieces: Buffer[]) => Buffer.concat([good.subarray(0, HEADER), ...pieces]);
    const [a, b, c, d] = [0, 1, 2, 3].map((n) => piece(good, n)) as [Buffer, Buffer, Buffer, Buffer];
    expect(await faultOf(whole(a, b, c, d))).toBeNull();
    for (const bad of [
      whole(b, a, c, d),
      whole(a, c, d),
      whole(a, b, b, c, d),
      whole(a, b, c, d, d),
      whole(a, piece(other, 1), c, d),
      other.subarray(HEADER),
    ]) {
      expect(await faultOf(bad)).toMatch(/damaged-backup|not-a-backup/);
    }
  });

  it("is rejected before any key derivation when the header demands too much memory", async () => {
    const { header } = await createHeader(passphrase, { ...CHEAP, logN: 4 });
    for (const [at, value] of [
      [16, 40],
      [16, 0],
      [17, 255],
      [18, 200],
    ] as const) {
      const bad = Buffer.from(header);
      bad[at] = value;
      createHash("sha256").update(bad.subarray(0, 36)).digest().copy(bad, 36, 0, 8);
      expect(await faultOf(bad)).toBe("damaged-backup");
    }
  });

  it("is rejected when the encryption is valid but the records are not", async () => {
    const { header, keys } = await createHeader(passphrase, CHEAP);
    const sealed = (text: string) => faultOf(Buffer.concat([header, keys.encrypt(Buffer.from(text), 0, true)]));
    const first = `${JSON.stringify(about())}\n`;
    const end = `${JSON.stringify({ kind: "end", counts: { contacts: 0, chats: 0, messages: 0 }, digest: "0".repeat(64) })}\n`;
    for (const text of [
      first,
      end,
      first + end,
      `${first}{}\n`,
      `${first}not json\n`,
      `${first}${JSON.stringify({ ...chat, __proto__: 1, more: 1 })}\n`,
      first + first,
    ]) {
      expect(await sealed(text), text).toBe("damaged-backup");
    }
  });
});

describe("writing a backup", () => {
  it("leaves the existing file in place when it fails or is cancelled", async () => {
    await writeFile(path, "the one of before");
    async function* failing(): AsyncGenerator<Content> {
      yield about();
      throw new Error("the store is gone");
    }
    await expect(write([], { content: failing() })).rejects.toThrow("the store is gone");
    let left = 3;
    const checkpoint = () => {
      if (left-- === 0) throw new Error("given up");
    };
    await expect(write([about(), chat, message("a"), message("b")], { checkpoint })).rejects.toThrow("given up");
    expect(await readFile(path, "utf8")).toBe("the one of before");
    expect(await readdir(folder)).toEqual(["account.jackdaw"]);
  });

  it("symlink in its way: does not write through a link with the name of the draft", async () => {
    const elsewhere = join(folder, "elsewhere");
    await writeFile(elsewhere, "mine");
    await symlink(elsewhere, `${path}.part`);
    await write([about(), chat]);
    expect(await readFile(elsewhere, "utf8")).toBe("mine");
    expect(await read()).toHaveLength(3);
  });

  it("detects that the disk does not return what was written", async () => {
    const progress: string[] = [];
    const onProgress = (phase: string) => {
      // Simulates a disk that loses the end of the draft before verification.
      if (phase === "verifying" && progress.at(-1) !== "verifying")
        truncateSync(`${path}.part`, HEADER + ENCRYPTED_CHUNK);
      progress.push(phase);
    };
    await expect(write([about(), chat, message("x".repeat(9 * CHUNK))], { onProgress })).rejects.toMatchObject({
      code: "damaged-backup",
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("reports why the folder is not writable", async () => {
    await expect(write([about()], { path: join(folder, "missing", "a") })).rejects.toMatchObject({ code: "ENOENT" });
    if (process.getuid?.() === 0) return;
    await chmod(folder, 0o500);
    await expect(write([about()])).rejects.toMatchObject({ code: "EACCES" });
    await chmod(folder, 0o700);
  });
});
