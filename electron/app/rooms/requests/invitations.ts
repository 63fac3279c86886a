/** Invitations into rooms: kept until the user says what to do with them; those of strangers make no noise. */
import { localOf, toBare, type BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Store } from "../../../store/contract/index.ts";
import type { RoomEvent } from "../../../xmpp/room-events.ts";
import type { Pending } from "../../contacts/pending.ts";

interface Ports {
  store: Store;
  pending: Pending["invitations"];
  isContact: (jid: BareJid) => boolean;
  isIn: (room: BareJid) => boolean;
}

/** Settles when it is committed. */
export async function keepInvitation(
  account: AccountId,
  { room, from, direct, reason }: Extract<RoomEvent, { type: "room.invited" }>,
  ports: Ports,
): Promise<void> {
  const { store, pending, isContact, isIn } = ports;
  if (isIn(room) || localOf(room) === "") return;
  // What a room says of who invites cannot be checked; a contact's own word can.
  const known = direct && isContact(toBare(from));
  const args = { account, room, from: toBare(from), known, reason, receivedAt: Date.now() };
  const [{ kept, removed }] = await store.write({ op: "invitation.put", args });
  for (const gone of removed) pending.remove({ account, room: gone });
  if (kept !== null) pending.put(kept);
}
