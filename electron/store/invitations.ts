/** Invitations into rooms (XEP-0045 §7.8, XEP-0249), one for each room. Anybody can send them, so they are bounded. */
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import type { Connection } from "./connection.ts";
import type { Reads, Writes } from "./contract.ts";

/** How many an account keeps; those of contacts before those of strangers, then the newest. */
const MOST = 200;

interface InvitationRow {
  account: string;
  room: string;
  sender: string;
  known: number;
  reason: string;
  received_at: number;
}

export interface InvitationsTable {
  all: Reads["invitations.all"];
  put: Writes["invitation.put"];
  remove: Writes["invitation.remove"];
}

export function invitationsTable({ rows, command }: Connection): InvitationsTable {
  const all = rows<InvitationRow>("SELECT account, room, sender, known, reason, received_at FROM invitations ORDER BY received_at, account, room");
  const put = command(
    // A stranger does not speak over a contact.
    `INSERT INTO invitations (account, room, sender, known, reason, received_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (account, room) DO UPDATE SET
       sender = excluded.sender, known = excluded.known, reason = excluded.reason, received_at = excluded.received_at
       WHERE excluded.known >= invitations.known`,
  );
  const bound = command(
    `DELETE FROM invitations WHERE account = ? AND room IN
       (SELECT room FROM invitations WHERE account = ? ORDER BY known DESC, received_at DESC LIMIT -1 OFFSET ${MOST})`,
  );
  const remove = command("DELETE FROM invitations WHERE account = ? AND room = ?");

  return {
    all: () =>
      all.all().map((row) => ({
        account: row.account as AccountId,
        room: row.room as BareJid,
        from: row.sender,
        known: row.known === 1,
        reason: row.reason,
        receivedAt: row.received_at,
      })),
    put({ account, room, from, known, reason, receivedAt }) {
      put.run(account, room, from, known ? 1 : 0, reason, receivedAt);
      bound.run(account, account);
      return null;
    },
    remove({ account, room }) {
      remove.run(account, room);
      return null;
    },
  };
}
