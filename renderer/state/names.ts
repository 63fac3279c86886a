/** Names of people and rooms in the window. */
import type { FullJid, Jid } from "../../shared/jid.ts";
import { isFull, resourceOf, toBare } from "../../shared/jid-parts.ts";
import type { Room } from "../../shared/model/room.ts";
import type { Contact } from "../../shared/model/contact.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { displayName, localPart } from "../../shared/display-name.ts";
import { useAccounts } from "./accounts/accounts.ts";
import { hasNamesake, useContact } from "./contacts/contacts.ts";
import { roomName, useRoom } from "./rooms/rooms.ts";

/** The name of a contact, or of the owner of this address. */
export const nameOf = (contact: Contact | undefined, jid: Jid): string =>
  displayName(jid, contact, () => contact !== undefined && hasNamesake(contact));

/** The name of an occupant: a nickname, always together with the room. */
export function privateName(jid: FullJid, room: Room | undefined): string {
  const [address, nickname] = [toBare(jid), resourceOf(jid)];
  return `${nickname} (${roomName(room, address)})`;
}

/** The name of a contact, a room, an occupant, or the owner of this address. */
export function useName(account: AccountId, jid: Jid): string {
  const contact = useContact(account, jid);
  const room = useRoom(account, isFull(jid) ? toBare(jid) : jid);
  if (isFull(jid)) return privateName(jid, room);
  return room === undefined ? nameOf(contact, jid) : roomName(room, jid);
}

/** Our own name: the nickname in a room or with its occupants, else the local part of our address. */
export function useOwnName(account: AccountId | undefined, room: Room | undefined): string {
  const own = useAccounts(({ accounts }) => accounts.find((one) => one.id === account)?.jid);
  return room?.nickname ?? localPart(own ?? "");
}
