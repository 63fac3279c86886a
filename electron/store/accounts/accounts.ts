/** The accounts, in the order in which they were added. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Advanced } from "../../../shared/model/account.ts";
import type { OwnPresence } from "../../../shared/model/presence.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Connection } from "../engine/connection.ts";
import type { StoredAccount } from "../contract/index.ts";

interface AccountRow {
  id: string;
  jid: string;
  password: string;
  enabled: number;
  advanced: string;
  pinned_fingerprint: string | null;
  presence: string;
}

export interface AccountsTable {
  all(): StoredAccount[];
  put(account: StoredAccount): null;
  remove(args: { account: AccountId }): null;
}

export function accountsTable({ rows, command }: Connection): AccountsTable {
  const all = rows<AccountRow>(
    "SELECT id, jid, password, enabled, advanced, pinned_fingerprint, presence FROM accounts ORDER BY number",
  );
  const put = command(
    `INSERT INTO accounts (id, jid, password, enabled, advanced, pinned_fingerprint, presence)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET
       jid = excluded.jid, password = excluded.password, enabled = excluded.enabled, advanced = excluded.advanced,
       pinned_fingerprint = excluded.pinned_fingerprint, presence = excluded.presence`,
  );
  const purgeLater = command("INSERT INTO purge (chat_id) SELECT id FROM chats WHERE account = ?");
  const remove = command("DELETE FROM accounts WHERE id = ?");
  return {
    all: () =>
      all.all().map((row) => ({
        id: row.id as AccountId,
        jid: row.jid as BareJid,
        password: row.password,
        enabled: row.enabled === 1,
        advanced: JSON.parse(row.advanced) as Advanced,
        pinnedFingerprint: row.pinned_fingerprint,
        presence: JSON.parse(row.presence) as OwnPresence,
      })),
    put(account) {
      put.run(
        account.id,
        account.jid,
        account.password,
        account.enabled ? 1 : 0,
        JSON.stringify(account.advanced),
        account.pinnedFingerprint,
        JSON.stringify(account.presence),
      );
      return null;
    },
    remove({ account }) {
      purgeLater.run(account);
      remove.run(account);
      return null;
    },
  };
}
