/**
 * One open connection to the encrypted file (SQLCipher 4 format, raw key), with its cache of statements. Settings: WAL,
 * and `synchronous=FULL`, so that committed data survives a power failure. The file is locked exclusively, which also
 * avoids the shared-memory file.
 */
import Database, { type Statement } from "@signalapp/sqlcipher";

export type Value = string | number | Uint8Array | null;
/** The library's type of a value: its blobs are never in shared memory. */
type Native = Exclude<Value, Uint8Array> | Uint8Array<ArrayBuffer>;
type Row = Record<string, Native>;

/** In the order of `?`, or by name: `$chat` is `{ chat }`. */
type Params = Value[] | [Readonly<Record<string, Value>>];

export interface Query<R> {
  get(...params: Params): R | undefined;
  all(...params: Params): R[];
}

export interface Command {
  /** @returns the number of changed rows and the last row id */
  run(...params: Params): { changes: number; lastInsertRowid: number };
}

function native(params: Params): Native[] | Record<string, Native> {
  const [first] = params;
  const isNamed = typeof first === "object" && first !== null && !(first instanceof Uint8Array);
  return isNamed ? (first as Record<string, Native>) : (params as Native[]);
}

export interface Insertion<C extends string> {
  run(row: Record<C, Value>): ReturnType<Command["run"]>;
}

export interface Connection {
  readonly db: Database;
  /** A query for rows, compiled on first use and kept. */
  rows<R extends object>(sql: string): Query<R>;
  /** A query for a single column. */
  column<V extends Value>(sql: string): Query<V>;
  command(sql: string): Command;
  /** Inserts rows. @param into as in SQL, `INSERT INTO messages` @param columns those that a row sets */
  insert<const C extends string>(into: string, columns: readonly C[]): Insertion<C>;
  /** Every statement that was prepared, for the test of the query plans. */
  readonly texts: readonly string[];
}

/** Wraps an open database. */
export function connect(db: Database): Connection {
  const texts: string[] = [];
  /** Compiles on first use: a start needs only a few of the statements. */
  function lazily<S>(sql: string, compile: () => S): () => S {
    texts.push(sql);
    let compiled: S | undefined;
    return () => (compiled ??= compile());
  }
  return {
    db,
    texts,
    rows<R extends object>(sql: string): Query<R> {
      const statement = lazily(sql, () => db.prepare(sql, { persistent: true }) as Statement);
      return {
        get: (...params) => statement().get<Row>(native(params)) as R | undefined,
        all: (...params) => statement().all<Row>(native(params)) as R[],
      };
    },
    column<V extends Value>(sql: string): Query<V> {
      const statement = lazily(sql, () => db.prepare(sql, { persistent: true, pluck: true }));
      return {
        get: (...params) => statement().get(native(params)) as V | undefined,
        all: (...params) => statement().all(native(params)) as V[],
      };
    },
    command(sql: string): Command {
      const statement = lazily(sql, () => db.prepare(sql, { persistent: true }));
      return { run: (...params) => statement().run(native(params)) };
    },
    insert(into, columns) {
      const sql = `${into} (${columns.join(", ")}) VALUES (${columns.map((name) => `$${name}`).join(", ")})`;
      const statement = lazily(sql, () => db.prepare(sql, { persistent: true }));
      return { run: (row) => statement().run(row as Row) };
    },
  };
}

/**
 * Opens or creates a file with a raw key; reads nothing of it except what the settings need.
 * @param key 32 bytes; a raw key avoids the key derivation
 * @throws SQLite's error, with its name in `code`
 */
export function openDatabase(path: string, key: Uint8Array): Connection {
  const db = new Database(path);
  try {
    db.exec(`PRAGMA cipher_log_level = NONE; PRAGMA key = "x'${Buffer.from(key).toString("hex")}'"`);
    db.exec("PRAGMA cipher_compatibility = 4; PRAGMA busy_timeout = 3000; PRAGMA locking_mode = EXCLUSIVE");
    db.exec("PRAGMA journal_mode = WAL");
    db.exec(`PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -16000; PRAGMA trusted_schema = OFF`);
    // 16 MB: the more is written at a checkpoint, the more often a page that has changed often is written once.
    db.exec("PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 16777216");
    return connect(db);
  } catch (error) {
    db.close();
    throw error;
  }
}
