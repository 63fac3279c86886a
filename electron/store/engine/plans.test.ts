import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { defaultSettings } from "../../../shared/model/settings.ts";
import { openFile } from "./database.ts";
import { createEngine } from "./engine.ts";
import { temporaryFolder } from "../testing/store.ts";

/** Tables that are read completely on purpose: small ones, and one row for each copy of a file. */
const SMALL = new Set([
  "settings",
  "accounts",
  "requests",
  "purge",
  "kept_files",
  "k",
  "staged_chats",
  "staged_texts",
  "rooms",
  "invitations",
  "sqlite_sequence",
]);

it("no statement of the store scans or sorts a large table", () => {
  const folder = temporaryFolder();
  const connection = openFile(join(folder, "jackdaw.db"), randomBytes(32));
  const engine = createEngine(connection, defaultSettings);
  const explained = connection.texts.filter((sql) => /^\s*(SELECT|INSERT|UPDATE|DELETE)/.test(sql));
  expect(explained.length).toBeGreaterThan(50);
  const offences: string[] = [];
  for (const sql of explained) {
    const statement = connection.db.prepare(`EXPLAIN QUERY PLAN ${sql}`);
    const names = [...sql.matchAll(/\$(\w+)/g)].map(([, name]) => [name!, 1] as const);
    const values =
      names.length > 0
        ? Object.fromEntries(names)
        : sql
            .split("?")
            .slice(1)
            .map(() => 1);
    for (const { detail } of statement.all<{ id: number; detail: string }>(values)) {
      const table = /^SCAN (\w+)/.exec(detail)?.[1];
      const sorts = detail.startsWith("USE TEMP B-TREE") && !/FROM (requests|invitations)/.test(sql);
      if ((table !== undefined && !SMALL.has(table)) || sorts) offences.push(`${detail}: ${sql}`);
    }
  }
  engine.close();
  rmSync(folder, { recursive: true });
  expect(offences).toEqual([]);
});
