/** The roster of each account (RFC 6121 §2) and its version (§2.6). */
import type { BareJid } from "../../../shared/jid.ts";
import type { Subscription } from "../../../shared/model/contact.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads, StoredContact, Writes } from "../contract/index.ts";

interface ContactRow {
  account: string;
  jid: string;
  name: string;
  groups: string;
  subscription: string;
  asked: number;
}

type Item = Omit<StoredContact, "account">;

export interface RosterTable {
  page: Reads["roster.page"];
  get: Reads["roster.get"];
  version: Reads["roster.version"];
  replace: Writes["roster.replace"];
  put: Writes["roster.put"];
  remove: Writes["roster.remove"];
}

const contact = (row: ContactRow): StoredContact => ({
  account: row.account as AccountId,
  jid: row.jid as BareJid,
  name: row.name,
  groups: JSON.parse(row.groups) as string[],
  subscription: row.subscription as Subscription,
  asked: row.asked === 1,
});

export function rosterTable({ rows, column, command }: Connection): RosterTable {
  const columns = "account, jid, name, groups, subscription, asked";
  const page = rows<ContactRow>(
    `SELECT ${columns} FROM roster WHERE (account, jid) > (?, ?) ORDER BY account, jid LIMIT ?`,
  );
  const get = rows<ContactRow>(`SELECT ${columns} FROM roster WHERE account = ? AND jid = ?`);
  const version = column<string | null>("SELECT roster_version FROM accounts WHERE id = ?");
  const setVersion = command("UPDATE accounts SET roster_version = ? WHERE id = ?");
  const jids = column<string>("SELECT jid FROM roster WHERE account = ?");
  const put = command(
    `INSERT INTO roster (${columns}) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (account, jid) DO UPDATE SET
       name = excluded.name, groups = excluded.groups, subscription = excluded.subscription, asked = excluded.asked`,
  );
  const remove = command("DELETE FROM roster WHERE account = ? AND jid = ?");

  const putItem = (account: AccountId, item: Item) =>
    put.run(account, item.jid, item.name, JSON.stringify(item.groups), item.subscription, item.asked ? 1 : 0);

  return {
    page({ after, limit }) {
      // Account ids and bare JIDs up to their `@` contain no space.
      const cut = after === null ? -1 : after.indexOf(" ");
      const [account, jid] = after === null ? ["", ""] : [after.slice(0, cut), after.slice(cut + 1)];
      const found = page.all(account, jid, limit + 1);
      const contacts = found.slice(0, limit).map(contact);
      const last = contacts.at(-1);
      return { contacts, next: found.length > limit && last ? `${last.account} ${last.jid}` : null };
    },
    get({ account, jid }) {
      const row = get.get(account, jid);
      return row === undefined ? null : contact(row);
    },
    version: ({ account }) => version.get(account) ?? null,
    replace({ account, items, version: next }) {
      const kept = new Set<string>(items.map((item) => item.jid));
      const removed = jids.all(account).filter((jid) => !kept.has(jid)) as BareJid[];
      for (const jid of removed) remove.run(account, jid);
      for (const item of items) putItem(account, item);
      setVersion.run(next, account);
      return { removed };
    },
    put({ account, item, version: next }) {
      putItem(account, item);
      setVersion.run(next, account);
      return null;
    },
    remove({ account, jid, version: next }) {
      remove.run(account, jid);
      setVersion.run(next, account);
      return null;
    },
  };
}
