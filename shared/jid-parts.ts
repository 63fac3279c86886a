/**
 * The parts of JIDs that are normalised already. Without imports, so that the window has them without the tables that
 * jid.ts normalises by.
 */

/** `local@domain` or `domain`, normalised. */
export type BareJid = string & { readonly __jid: "bare" };
/** `local@domain/resource` or `domain/resource`, normalised. */
export type FullJid = string & { readonly __jid: "full" };
export type Jid = BareJid | FullJid;

/** The bare part of a normalised JID: of an occupant's, the room (XEP-0045 §7.5). */
export function toBare(jid: Jid): BareJid {
  const slash = jid.indexOf("/");
  return (slash === -1 ? jid : jid.slice(0, slash)) as BareJid;
}

/** The resource of a normalised JID, empty for a bare one: of an occupant's, the nickname. */
export function resourceOf(jid: Jid): string {
  const slash = jid.indexOf("/");
  return slash === -1 ? "" : jid.slice(slash + 1);
}

/** The local part of a normalised JID, empty for a domain. */
export function localOf(jid: Jid): string {
  const bare = toBare(jid);
  const at = bare.indexOf("@");
  return at === -1 ? "" : bare.slice(0, at);
}

/** The domain of a normalised JID. */
export function domainOf(jid: Jid): string {
  const bare = toBare(jid);
  return bare.slice(bare.indexOf("@") + 1);
}

export const isBare = (jid: Jid): jid is BareJid => !jid.includes("/");
export const isFull = (jid: Jid): jid is FullJid => jid.includes("/");
