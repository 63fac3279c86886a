/** The window's own database (IndexedDB). Everything in it is encrypted: see encrypted.ts. */
import Dexie, { type EntityTable } from "dexie";

export interface DraftRow {
  /** HMAC of the chat. */
  name: string;
  sealed: Uint8Array<ArrayBuffer>;
  /** When it was written, ms since 1970. */
  savedAt: number;
}

export type CacheDatabase = Dexie & { drafts: EntityTable<DraftRow, "name"> };

/** @param name a different name in tests */
export function openDatabase(name = "jackdaw"): CacheDatabase {
  const database = new Dexie(name) as CacheDatabase;
  database.version(1).stores({ drafts: "name" });
  return database;
}
