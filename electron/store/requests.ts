/** Subscription requests that wait for an answer (RFC 6121 §3.1.3), oldest first; one for each JID. */
import type { BareJid } from "../../shared/jid.ts";
import type { SubscriptionRequest } from "../../shared/model/contact.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import type { Connection } from "./connection.ts";

export interface RequestsTable {
  all(): SubscriptionRequest[];
  put(request: SubscriptionRequest): null;
  remove(args: { account: AccountId; jid: BareJid }): null;
}

export function requestsTable({ rows, command }: Connection): RequestsTable {
  const all = rows<SubscriptionRequest>(
    `SELECT account, jid, nickname, message, received_at AS receivedAt FROM requests
     ORDER BY received_at, account, jid`,
  );
  const put = command(
    `INSERT INTO requests (account, jid, nickname, message, received_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (account, jid) DO UPDATE SET
       nickname = excluded.nickname, message = excluded.message, received_at = excluded.received_at`,
  );
  const remove = command("DELETE FROM requests WHERE account = ? AND jid = ?");
  return {
    all: () => all.all(),
    put({ account, jid, nickname, message, receivedAt }) {
      put.run(account, jid, nickname, message, receivedAt);
      return null;
    },
    remove({ account, jid }) {
      remove.run(account, jid);
      return null;
    },
  };
}
