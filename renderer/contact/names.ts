/** What somebody is called in the window. */
import type { BareJid } from "../../shared/jid.ts";
import type { Contact } from "../../shared/model/contact.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { useContact } from "../state/contacts.ts";
import { roomName, useRoom } from "../state/rooms.ts";

/** The name that the user gave, else the local part of the JID, else the domain. */
export function nameOf(contact: Contact | undefined, jid: BareJid): string {
  if (contact !== undefined && contact.name.trim() !== "") return contact.name;
  const at = jid.indexOf("@");
  return at === -1 ? jid : jid.slice(0, at);
}

/** The name of a contact, of a room, or of whoever has this address. */
export function useName(account: AccountId, jid: BareJid): string {
  const contact = useContact(account, jid);
  const room = useRoom(account, jid);
  return room === undefined ? nameOf(contact, jid) : roomName(room, jid);
}
