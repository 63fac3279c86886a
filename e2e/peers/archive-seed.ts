/**
 * Fills the archive of an account on our Prosody before it starts, by writing its SQLite file. Through the server, each
 * message would be a separate transaction, and 20,000 of them take between ten seconds and minutes.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import xml, { type Element } from "@xmpp/xml";
import { createChance } from "../faults/chance.ts";

export interface Seed {
  /** Owner of the archive, on `localhost`. */
  user: string;
  messages: number;
  /**
   * Contacts contact0@localhost and so on, with about equal numbers of messages, and at least one each if there are
   * enough.
   */
  chats: number;
  seed: number;
}

const WORDS =
  "ja nein vielleicht morgen gestern Grüße Übung schön Straße the of and message archive 🐦 👋 heute Abend um acht bei dir oder bei mir".split(
    " ",
  );
const YEAR = 365 * 24 * 3600;

/** One message of the archive. */
export interface SeedMessage {
  /** Seconds since 1970. */
  when: number;
  /** Bare JID. */
  contact: string;
  /** Sent by another device of the account. */
  ours: boolean;
  text: string;
  id: string;
  /** Requests a receipt (XEP-0184) and a display marker (XEP-0333). */
  asks: boolean;
}

/** Messages over the two years before `now` (seconds since 1970), oldest first. */
export function* seedMessages(
  { messages: count, chats, seed }: Omit<Seed, "user">,
  now: number,
): Generator<SeedMessage> {
  const { next: chance, is } = createChance(seed);
  for (let n = 0; n < count; n++) {
    const contact = `contact${n < chats ? n : Math.floor(chance() * chats)}@localhost`;
    const ours = is(0.4);
    const text = Array.from(
      { length: 2 + Math.floor(chance() * chance() * 60) },
      () => WORDS[Math.floor(chance() * WORDS.length)],
    ).join(" ");
    // Most clients request both, some neither.
    yield {
      when: Math.floor(now - 3600 - 2 * YEAR * (1 - n / count)),
      contact,
      ours,
      text: `${n} ${text}`,
      id: `seed-${seed}-${n}`,
      asks: is(0.7),
    };
  }
}

/** @param content the payload elements */
function stanza(user: string, { contact, ours, id, asks }: SeedMessage, content: readonly Element[]): string {
  const own = `${user}@localhost`;
  return xml(
    "message",
    {
      xmlns: "jabber:client",
      type: "chat",
      id,
      from: ours ? `${own}/phone` : `${contact}/x`,
      to: ours ? contact : own,
    },
    ...content,
    xml("origin-id", { xmlns: "urn:xmpp:sid:0", id }),
    ...(asks
      ? [xml("request", { xmlns: "urn:xmpp:receipts" }), xml("markable", { xmlns: "urn:xmpp:chat-markers:0" })]
      : []),
  ).toString();
}

/** The table of Prosody's `mod_storage_sql`, verbatim; Prosody creates it only if it is missing. */
const SCHEMA = `
CREATE TABLE "prosodyarchive" ("sort_id" INTEGER PRIMARY KEY AUTOINCREMENT, "host" TEXT NOT NULL, "user" TEXT NOT NULL,
  "store" TEXT NOT NULL, "key" TEXT NOT NULL, "when" INTEGER NOT NULL, "with" TEXT NOT NULL, "type" TEXT NOT NULL, "value" TEXT NOT NULL);
CREATE UNIQUE INDEX "prosodyarchive_index" ON "prosodyarchive" ("host", "user", "store", "key");
CREATE INDEX "prosodyarchive_with_when" ON "prosodyarchive" ("host", "user", "store", "with", "when");
CREATE INDEX "prosodyarchive_when" ON "prosodyarchive" ("host", "user", "store", "when");
CREATE INDEX "prosodyarchive_sort" ON "prosodyarchive" ("host", "user", "store", "sort_id");`;
const INSERT = `INSERT INTO "prosodyarchive" ("host", "user", "store", "when", "with", "key", "type", "value") VALUES ('localhost', ?, 'archive', ?, ?, ?, 'xml', ?)`;

/**
 * Creates the file without messages, and returns the options that make `startProsody` use it.
 * @param folder for the file; must exist and have no such file yet
 */
export function archiveIn(folder: string): { path: string; extraConfig: string } {
  const path = join(folder, "prosody.sqlite");
  const database = new DatabaseSync(path);
  database.exec(SCHEMA);
  database.close();
  return {
    path,
    // Only the archive: accounts are registered concurrently, and SQLite would refuse all but one of them.
    extraConfig: `storage = { archive = "sql" }; sql = { driver = "SQLite3", database = ${JSON.stringify(path)} }
storage_archive_item_limit = 10000000`,
  };
}

/** Appends messages to the file. No server may have it open. */
export function writeArchive(
  path: string,
  user: string,
  messages: Iterable<readonly [SeedMessage, content: readonly Element[]]>,
): void {
  const database = new DatabaseSync(path);
  database.exec("BEGIN");
  const insert = database.prepare(INSERT);
  for (const [message, content] of messages)
    insert.run(user, message.when, message.contact, randomUUID(), stanza(user, message, content));
  database.exec("COMMIT");
  database.close();
}

export const plainContent = ({ text }: SeedMessage): Element[] => [xml("body", {}, text)];

/** An archive with plaintext messages; see `archiveIn`. */
export function seeded(folder: string, seed: Seed): { extraConfig: string } {
  const { path, extraConfig } = archiveIn(folder);
  writeArchive(
    path,
    seed.user,
    Array.from(seedMessages(seed, Date.now() / 1000), (one) => [one, plainContent(one)] as const),
  );
  return { extraConfig };
}
