// @vitest-environment node
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import { openDatabase, type CacheDatabase } from "./db.ts";
import { createDraftCache } from "./drafts.ts";
import { openCipher } from "./encrypted.ts";

const key = (byte: number): string => Buffer.alloc(32, byte).toString("base64");
const CHAT = "accountone bob@example.org";
const SECRET = "Meet me at the rookery at noon";

let database: CacheDatabase;
let tests = 0;
beforeEach(() => {
  database = openDatabase(`drafts-${++tests}`);
});

/** The whole content of the database as one text: strings unchanged, bytes as Latin-1 and as UTF-16. */
async function raw(): Promise<string> {
  const seen: string[] = [];
  const walk = (value: unknown): void => {
    if (value instanceof Uint8Array)
      seen.push(Buffer.from(value).toString("latin1"), Buffer.from(value).toString("utf16le"));
    else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        seen.push(name);
        walk(inner);
      }
    } else seen.push(String(value));
  };
  for (const table of database.tables) walk(await table.toArray());
  return seen.join("\n");
}

describe("drafts on disk", () => {
  it("are loaded with the same key", async () => {
    await createDraftCache(database, await openCipher(key(1))).put(CHAT, SECRET);
    const again = createDraftCache(database, await openCipher(key(1)));
    expect(await again.all()).toEqual(new Map([[CHAT, SECRET]]));
  });

  it("contain neither text nor address nor account in plaintext", async () => {
    await createDraftCache(database, await openCipher(key(1))).put(CHAT, SECRET);
    const held = await raw();
    expect(await database.drafts.count()).toBe(1);
    for (const word of ["rookery", "Meet", "bob", "example", "accountone", "chat", key(1)])
      expect(held).not.toContain(word);
  });

  it("are encrypted differently each time, also for the same text", async () => {
    const cache = createDraftCache(database, await openCipher(key(1)));
    await cache.put(CHAT, SECRET);
    const first = (await database.drafts.toArray())[0]?.sealed;
    await cache.put(CHAT, SECRET);
    expect((await database.drafts.toArray())[0]?.sealed).not.toEqual(first);
  });

  it("are removed when the text is empty", async () => {
    const cache = createDraftCache(database, await openCipher(key(1)));
    await cache.put(CHAT, SECRET);
    await cache.put(CHAT, "");
    expect(await database.drafts.count()).toBe(0);
  });

  it("cannot be decrypted with a wrong key, which may write its own", async () => {
    await createDraftCache(database, await openCipher(key(1))).put(CHAT, SECRET);
    const wrong = createDraftCache(database, await openCipher(key(2)));
    expect(await wrong.all()).toEqual(new Map());
    await wrong.put(CHAT, "other");
    expect(await wrong.all()).toEqual(new Map([[CHAT, "other"]]));
    // The right key returns (a restored store): nothing was lost.
    expect(await createDraftCache(database, await openCipher(key(1))).all()).toEqual(new Map([[CHAT, SECRET]]));
  });

  it("are removed when no key has decrypted them for 90 days", async () => {
    const old = Date.now() - 91 * 24 * 3600 * 1000;
    await createDraftCache(database, await openCipher(key(1)), () => old).put(CHAT, SECRET);
    await createDraftCache(database, await openCipher(key(2))).all();
    expect(await database.drafts.count()).toBe(0);
  });

  it("cannot be decrypted if they were changed, truncated, or moved to another row", async () => {
    const cipher = await openCipher(key(1));
    const cache = createDraftCache(database, cipher);
    await cache.put(CHAT, SECRET);
    const [row] = await database.drafts.toArray();
    if (row === undefined) throw new Error("no row");
    for (const broken of [
      row.sealed.slice(0, -1),
      row.sealed.slice(0, 12),
      row.sealed.slice(0, 3),
      row.sealed.map((byte, at) => (at === 20 ? byte ^ 1 : byte)),
    ]) {
      await database.drafts.put({ ...row, sealed: broken });
      expect(await cache.all()).toEqual(new Map());
    }
    await database.drafts.clear();
    await database.drafts.put({ ...row, name: await cipher.nameOf("accountone eve@example.org") });
    expect(await cache.all()).toEqual(new Map());
  });

  it("refuse a key of the wrong size", async () => {
    await expect(openCipher(Buffer.alloc(16).toString("base64"))).rejects.toThrow("32 bytes");
    await expect(openCipher("not base64!")).rejects.toThrow();
  });
});
