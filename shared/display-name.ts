/**
 * What somebody is called where the user sees it. Pure, and without the tables of JIDs, which the window does not load.
 *
 * The local part of an address is no name: `bob@evil.example` must not look like `bob@good.example`. It is shown only
 * for a contact, and only where no other contact has the same.
 */

/** The local part of a normalised bare JID, the domain of one without. */
export function localPart(jid: string): string {
  const at = jid.indexOf("@");
  return at === -1 ? jid : jid.slice(0, at);
}

/**
 * @param contact undefined: nobody whom the user knows
 * @param hasNamesake another contact has the same local part; asked only where that counts
 */
export function displayName(jid: string, contact: { name: string } | undefined, hasNamesake: () => boolean): string {
  if (contact === undefined) return jid;
  if (contact.name.trim() !== "") return contact.name;
  return hasNamesake() ? jid : localPart(jid);
}
