/** The copies of files on this disk. Their keys are only here: a copy without its row cannot be read. */
import type { Jid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { ChatUsage, KeptFile, KeptFileReads, KeptFileWrites } from "../contract/kept-files.ts";
import type { Connection } from "../engine/connection.ts";
import { COPIED } from "./files.ts";

export interface KeptFilesTable {
  /** @param message must share a file at `place` */
  keep(message: number, place: number, copy: KeptFile): boolean;
  reads: KeptFileReads;
  writes: KeptFileWrites;
}

export function keptFilesTable({ rows, column, command }: Connection): KeptFilesTable {
  const one = rows<KeptFile>(
    `SELECT k.id, k.iv, k.key, k.size FROM kept_files k JOIN messages m ON m.id = k.message_id
     JOIN chats c ON c.id = m.chat_id WHERE k.message_id = $id AND k.place = $file AND c.account = $account`,
  );
  const all = column<string>("SELECT id FROM kept_files");
  const sizes = rows<{ account: string; jid: string; size: number }>(
    `SELECT c.account, c.jid, k.size FROM kept_files k CROSS JOIN messages m ON m.id = k.message_id
     JOIN chats c ON c.id = m.chat_id`,
  );
  const put = command(
    `INSERT OR REPLACE INTO kept_files (message_id, place, sources, id, iv, key, size, kept_at)
     SELECT f.message_id, f.place, ${COPIED}, $id, $iv, $key, $size, $now FROM files f
       WHERE f.message_id = $message AND f.place = $place`,
  );
  const lost = command("DELETE FROM kept_files WHERE id = $id");
  const release = column<string>(
    `DELETE FROM kept_files WHERE kept_at < $before AND size > $larger
       AND ($starred = 1 OR NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = message_id AND m.starred = 1)) AND ($account IS NULL OR EXISTS (
       SELECT 1 FROM messages m JOIN chats c ON c.id = m.chat_id
       WHERE m.id = message_id AND c.account = $account AND c.jid = $jid))
     RETURNING id`,
  );
  const isOf = column<number>(
    "SELECT 1 FROM messages m JOIN chats c ON c.id = m.chat_id WHERE m.id = $id AND c.account = $account",
  );

  const keep: KeptFilesTable["keep"] = (message, place, { id, iv, key, size }) =>
    put.run({ message, place, id, iv, key, size, now: Date.now() }).changes > 0;
  return {
    keep,
    reads: {
      "files.kept": ({ account, id, file }) => one.get({ account, id, file }) ?? null,
      "files.copies": () => all.all(),
      "files.usage"() {
        const by = new Map<string, ChatUsage>();
        for (const { account, jid, size } of sizes.all()) {
          const name = `${account} ${jid}`;
          const before = by.get(name) ?? { account: account as AccountId, jid: jid as Jid, files: 0, bytes: 0 };
          by.set(name, { ...before, files: before.files + 1, bytes: before.bytes + size });
        }
        return [...by.values()].toSorted((one, other) => other.bytes - one.bytes);
      },
    },
    writes: {
      "files.keep": ({ account, id, file, copy }) => isOf.get({ id, account }) !== undefined && keep(id, file, copy),
      "files.lost"({ id }) {
        lost.run({ id });
        return null;
      },
      "files.release": ({ chat, before = Number.MAX_SAFE_INTEGER, larger = -1, starred = true }) =>
        release.all({
          before,
          larger,
          starred: starred ? 1 : 0,
          account: chat?.account ?? null,
          jid: chat?.jid ?? null,
        }),
    },
  };
}
