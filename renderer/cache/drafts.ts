/** Keeps drafts across restarts: one encrypted row per chat. */
import type { CacheDatabase } from "./db.ts";
import type { Cipher } from "./encrypted.ts";

/**
 * Rows that cannot be decrypted belong to a key that may return (a restored store); they are kept for this time, ms.
 */
const KEEP_UNREADABLE = 90 * 24 * 3600 * 1000;

export interface DraftCache {
  /** All drafts that this key decrypts, by chat id. */
  all(): Promise<Map<string, string>>;
  /** Stores the text of a chat; an empty one removes the row. */
  put(chat: string, text: string): Promise<void>;
}

interface Content {
  chat: string;
  text: string;
}

function parse(plain: string | null): Content | null {
  if (plain === null) return null;
  const value = JSON.parse(plain) as Partial<Content> | null;
  return typeof value?.chat === "string" && typeof value.text === "string"
    ? { chat: value.chat, text: value.text }
    : null;
}

export function createDraftCache(database: CacheDatabase, cipher: Cipher, now: () => number = Date.now): DraftCache {
  return {
    async all() {
      const drafts = new Map<string, string>();
      const stale: string[] = [];
      for (const row of await database.drafts.toArray()) {
        const content = parse(await cipher.decrypt(row.name, row.sealed));
        if (content !== null) drafts.set(content.chat, content.text);
        else if (now() - row.savedAt > KEEP_UNREADABLE) stale.push(row.name);
      }
      if (stale.length > 0) await database.drafts.bulkDelete(stale);
      return drafts;
    },
    async put(chat, text) {
      const name = await cipher.nameOf(chat);
      if (text === "") await database.drafts.delete(name);
      else
        await database.drafts.put({
          name,
          sealed: await cipher.encrypt(name, JSON.stringify({ chat, text })),
          savedAt: now(),
        });
    },
  };
}
