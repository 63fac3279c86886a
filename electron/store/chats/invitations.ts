/** Invitations into rooms (XEP-0045 §7.8, XEP-0249), one for each room. Anybody can send them, so they are bounded. */
import { domainOf, type BareJid } from "../../../shared/jid.ts";
import type { Invitation } from "../../../shared/model/room.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads, Writes } from "../contract/index.ts";
import { fairShare, type Share } from "../engine/fair-share.ts";

interface InvitationRow {
  account: AccountId;
  room: BareJid;
  sender: BareJid;
  known: number;
  reason: string;
  received_at: number;
}

export interface InvitationsTable {
  all: Reads["invitations.all"];
  put: Writes["invitation.put"];
  remove: Writes["invitation.remove"];
}

const asInvitation = ({
  account,
  room,
  sender,
  known,
  reason,
  received_at: receivedAt,
}: InvitationRow): Invitation => ({
  account,
  room,
  from: sender,
  known: known === 1,
  reason,
  receivedAt,
});

/** Contacts and strangers share nothing. A room can name anybody as the one who invites, so its domain answers, too. */
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
  return { kept: [...strangers.kept, ...contacts.kept], gone: [...strangers.gone, ...contacts.gone] };
}

export function invitationsTable({ rows, column, command }: Connection): InvitationsTable {
  const accounts = column<AccountId>("SELECT id FROM accounts ORDER BY number");
  const ofAccount = rows<InvitationRow>(
    "SELECT account, room, sender, known, reason, received_at FROM invitations WHERE account = ? ORDER BY received_at, room",
  );
  const put = command(
    `INSERT INTO invitations (account, room, sender, known, reason, received_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (account, room) DO UPDATE SET
       sender = excluded.sender, known = excluded.known, reason = excluded.reason, received_at = excluded.received_at`,
  );
  const drop = command("DELETE FROM invitations WHERE account = ? AND room = ?");

  return {
    all: () =>
      accounts
        .all()
        .flatMap((account) => bounded(ofAccount.all(account)).kept.map(asInvitation))
        .toSorted((one, other) => one.receivedAt - other.receivedAt),
    put(invitation) {
      const { account, room, from, known, reason, receivedAt } = invitation;
      const held = ofAccount.all(account);
      const before = held.find((one) => one.room === room);
      // A stranger does not speak over a contact.
      if (before?.known === 1 && !known) return { kept: null, removed: [] };
      const newcomer: InvitationRow = {
        account,
        room,
        sender: from as BareJid,
        known: known ? 1 : 0,
        reason,
        received_at: receivedAt,
      };
      const { kept, gone } = bounded(
        held.filter((one) => one !== before),
        newcomer,
      );
      for (const one of gone) drop.run(account, one.room);
      const removed = gone.map((one) => one.room);
      if (!kept.includes(newcomer)) return { kept: null, removed };
      put.run(account, room, from, newcomer.known, reason, receivedAt);
      return { kept: invitation, removed };
    },
    remove: ({ account, room }) => drop.run(account, room).changes > 0,
  };
}
