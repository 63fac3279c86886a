/** Invitations to rooms (XEP-0045 §7.8, XEP-0249), one per room. Anybody can send them, so their number is limited. */
import { domainOf, type BareJid, type Jid } from "../../../shared/jid.ts";
import type { Invitation } from "../../../shared/model/room.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads, Writes } from "../contract/index.ts";
import { fairShare, type Share } from "../engine/fair-share.ts";

interface InvitationRow {
  account: AccountId;
  room: BareJid;
  sender: Jid;
  nickname: string | null;
  known: number;
  contact: BareJid | null;
  reason: string;
  received_at: number;
}

export interface InvitationsTable {
  all: Reads["invitations.all"];
  password: Reads["invitation.password"];
  put: Writes["invitation.put"];
  remove: Writes["invitation.remove"];
}

const asInvitation = ({
  account,
  room,
  sender,
  nickname,
  known,
  contact,
  reason,
  received_at: receivedAt,
}: InvitationRow): Invitation => ({
  account,
  room,
  from: sender,
  nickname,
  known: known === 1,
  contact,
  reason,
  receivedAt,
});

/**
 * A stranger's invitation replaces no contact's, and a room's word that a contact invites replaces not the contact's
 * own.
 */
const rank = ({ known, contact }: Pick<InvitationRow, "known" | "contact">): number =>
  known === 1 ? 2 : contact === null ? 0 : 1;

/** The owners that share a limit. A room can name anybody as the inviter, so its domain counts too. */
function shared(
  held: readonly InvitationRow[],
  newcomer: InvitationRow | undefined,
  known: 0 | 1,
): Share<InvitationRow> {
  const ownersOf = ({ room, sender }: InvitationRow): string[] =>
    known === 1 ? [sender] : [...new Set([domainOf(room), domainOf(sender)])];
  return fairShare(
    held.filter((one) => one.known === known),
    ownersOf,
    newcomer?.known === known ? newcomer : undefined,
  );
}

function bounded(held: readonly InvitationRow[], newcomer?: InvitationRow): Share<InvitationRow> {
  const [strangers, contacts] = [shared(held, newcomer, 0), shared(held, newcomer, 1)];
  return { kept: [...strangers.kept, ...contacts.kept], dropped: [...strangers.dropped, ...contacts.dropped] };
}

export function invitationsTable({ rows, column, command }: Connection): InvitationsTable {
  const accounts = column<AccountId>("SELECT id FROM accounts ORDER BY number");
  const ofAccount = rows<InvitationRow>(
    `SELECT account, room, sender, nickname, known, contact, reason, received_at
     FROM invitations WHERE account = ? ORDER BY received_at, room`,
  );
  const put = command(
    `INSERT INTO invitations (account, room, sender, nickname, known, contact, reason, received_at, password)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (account, room) DO UPDATE SET
       sender = excluded.sender, nickname = excluded.nickname, known = excluded.known, contact = excluded.contact,
       reason = excluded.reason, received_at = excluded.received_at,
       password = coalesce(excluded.password, password)`,
  );
  const password = column<string | null>("SELECT password FROM invitations WHERE account = ? AND room = ?");
  const drop = command("DELETE FROM invitations WHERE account = ? AND room = ?");

  return {
    all: () =>
      accounts
        .all()
        .flatMap((account) => bounded(ofAccount.all(account)).kept.map(asInvitation))
        .toSorted((one, other) => one.receivedAt - other.receivedAt),
    password: ({ account, room }) => password.get(account, room) ?? null,
    // The password stays here until the room is joined.
    put({ password: given = null, ...invitation }) {
      const { account, room, from, nickname, known, contact, reason, receivedAt } = invitation;
      const held = ofAccount.all(account);
      const before = held.find((one) => one.room === room);
      if (before !== undefined && rank(before) > rank({ known: known ? 1 : 0, contact }))
        return { kept: null, removed: [] };
      const newcomer: InvitationRow = {
        account,
        room,
        sender: from as Jid,
        nickname,
        known: known ? 1 : 0,
        contact,
        reason,
        received_at: receivedAt,
      };
      const { kept, dropped } = bounded(
        held.filter((one) => one !== before),
        newcomer,
      );
      for (const one of dropped) drop.run(account, one.room);
      const removed = dropped.map((one) => one.room);
      if (!kept.includes(newcomer)) return { kept: null, removed };
      put.run(account, room, from, nickname, newcomer.known, contact, reason, receivedAt, given);
      return { kept: invitation, removed };
    },
    remove: ({ account, room }) => drop.run(account, room).changes > 0,
  };
}
