/**
 * The name of a person where the user sees it. Pure; does not load the Unicode tables for JIDs, which the window lacks.
 *
 * A local part alone is no name: `bob@evil.example` must not look like `bob@good.example`. It is shown only for a
 * contact, and only when no other contact has the same.
 */

/** The local part of a normalised bare JID, or the domain if it has none. */
export function localPart(jid: string): string {
  const at = jid.indexOf("@");
  return at === -1 ? jid : jid.slice(0, at);
}

/**
 * @param contact undefined: not in the roster
 * @param hasNamesake whether another contact has the same local part; called only when needed
 */
export function displayName(jid: string, contact: { name: string } | undefined, hasNamesake: () => boolean): string {
  if (contact === undefined) return jid;
  if (contact.name.trim() !== "") return contact.name;
  return hasNamesake() ? jid : localPart(jid);
}
