/** The migrations in order: the one at index n leads from version n to n + 1 (`PRAGMA user_version`). */
import { log } from "../../log/log.ts";
import type { Connection } from "../engine/connection.ts";
import * as first from "./steps/0001.ts";
import * as second from "./steps/0002.ts";
import * as third from "./steps/0003.ts";
import * as fourth from "./steps/0004.ts";
import * as fifth from "./steps/0005.ts";
import * as sixth from "./steps/0006.ts";
import * as seventh from "./steps/0007.ts";
import * as eighth from "./steps/0008.ts";
import * as ninth from "./steps/0009.ts";
import * as tenth from "./steps/0010.ts";
import * as eleventh from "./steps/0011.ts";
import * as twelfth from "./steps/0012.ts";
import * as thirteenth from "./steps/0013.ts";
import * as fourteenth from "./steps/0014.ts";
import * as fifteenth from "./steps/0015.ts";
import * as sixteenth from "./steps/0016.ts";
import * as seventeenth from "./steps/0017.ts";
import * as eighteenth from "./steps/0018.ts";
import * as nineteenth from "./steps/0019.ts";
import * as twentieth from "./steps/0020.ts";

export interface Migration {
  readonly sql: string;
  /** Changes rows in ways that SQL cannot express, after `sql`. */
  convert?(connection: Connection): void;
}

export const migrations: readonly Migration[] = [
  first,
  second,
  third,
  fourth,
  fifth,
  sixth,
  seventh,
  eighth,
  ninth,
  tenth,
  eleventh,
  twelfth,
  thirteenth,
  fourteenth,
  fifteenth,
  sixteenth,
  seventeenth,
  eighteenth,
  nineteenth,
  twentieth,
];

/** The version that this program writes. */
export const VERSION = migrations.length;

/**
 * Migrates the schema from its version to the last one of `steps`. Each step is a transaction together with its version
 * number, so a crash or an error leaves the last complete step.
 * @returns the version after it
 */
export function migrate(connection: Connection, steps: readonly Migration[] = migrations): number {
  const { db } = connection;
  let version = Number(db.pragma("user_version", { simple: true }));
  for (const { sql, convert } of steps.slice(version)) {
    db.exec("BEGIN IMMEDIATE");
    try {
      db.exec(sql);
      convert?.(connection);
      db.exec(`PRAGMA user_version = ${version + 1}`);
      db.exec("COMMIT");
    } catch (error) {
      try {
        db.exec("ROLLBACK");
      } catch (failure) {
        log.debug("store", "there was nothing to roll back", failure);
        // SQLite has already rolled back by itself (a full disk).
      }
      throw error;
    }
    version += 1;
  }
  return version;
}
