/**
 * Pending subscription requests (RFC 6121 §3.1.3), oldest first, one per JID. Anybody can send them, so their number is
 * limited. A dropped one is not lost: the server repeats it in each session until it is answered.
 */
import { domainOf, type BareJid } from "../../../shared/jid.ts";
import type { SubscriptionRequest } from "../../../shared/model/contact.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads, Writes } from "../contract/index.ts";
import { fairShare } from "../engine/fair-share.ts";

export interface RequestsTable {
  all: Reads["requests.all"];
  put: Writes["request.put"];
  remove: Writes["request.remove"];
}

interface RequestRow {
  account: AccountId;
  jid: BareJid;
  nickname: string;
  message: string;
  receivedAt: number;
  /** The sender is in the roster. */
  known: number;
}

const asRequest = ({ account, jid, nickname, message, receivedAt }: RequestRow): SubscriptionRequest => ({
  account,
  jid,
  nickname,
  message,
  receivedAt,
});
const ownersOf = ({ jid, known }: Pick<RequestRow, "jid" | "known">): string[] => (known === 1 ? [] : [domainOf(jid)]);

export function requestsTable({ rows, column, command }: Connection): RequestsTable {
  const COLUMNS = `account, jid, nickname, message, received_at AS receivedAt,
    EXISTS (SELECT 1 FROM roster r WHERE r.account = requests.account AND r.jid = requests.jid) AS known`;
  const accounts = column<AccountId>("SELECT id FROM accounts ORDER BY number");
  const ofAccount = rows<RequestRow>(`SELECT ${COLUMNS} FROM requests WHERE account = ? ORDER BY received_at, jid`);
  const isContact = column<number>("SELECT 1 FROM roster WHERE account = ? AND jid = ?");
  const add = command("INSERT INTO requests (account, jid, nickname, message, received_at) VALUES (?, ?, ?, ?, ?)");
  const change = command("UPDATE requests SET nickname = ?, message = ? WHERE account = ? AND jid = ?");
  const drop = command("DELETE FROM requests WHERE account = ? AND jid = ?");

  return {
    all: () =>
      accounts
        .all()
        .flatMap((account) => fairShare(ofAccount.all(account), ownersOf).kept.map(asRequest))
        .toSorted((one, other) => one.receivedAt - other.receivedAt),
    put(request) {
      const { account, jid, nickname, message, receivedAt } = request;
      const held = ofAccount.all(account);
      const before = held.find((one) => one.jid === jid);
      // The server repeats a request in each session: it keeps the place of the first time.
      const newcomer = before === undefined ? { ...request, known: isContact.get(account, jid) ?? 0 } : undefined;
      const { kept, dropped } = fairShare(held, ownersOf, newcomer);
      for (const one of dropped) drop.run(account, one.jid);
      const removed = dropped.map((one) => one.jid);
      const stays = kept.some((one) => one.jid === jid);
      if (!stays) return { kept: null, removed };
      if (before === undefined) add.run(account, jid, nickname, message, receivedAt);
      else if (before.nickname === nickname && before.message === message) return { kept: null, removed };
      else change.run(nickname, message, account, jid);
      return { kept: { ...request, receivedAt: before?.receivedAt ?? receivedAt }, removed };
    },
    remove: ({ account, jid }) => drop.run(account, jid).changes > 0,
  };
}
