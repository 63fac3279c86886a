/** What somebody is called in the window. */
import type { BareJid } from "../../shared/jid.ts";
import type { Contact } from "../../shared/model/contact.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { useContact } from "../state/contacts.ts";

/** The name that the user gave, else the local part of the JID, else the domain. */
export function nameOf(contact: Contact | undefined, jid: BareJid): string {
  if (contact !== undefined && contact.name.trim() !== "") return contact.name;
  const at = jid.indexOf("@");
  return at === -1 ? jid : jid.slice(0, at);
}

export const useName = (account: AccountId, jid: BareJid): string => nameOf(useContact(account, jid), jid);
