/** The available resources of contacts. In memory only, because presence ends with the stream. */
import { resourceOf, toBare, type BareJid, type Jid } from "../../../shared/jid.ts";
import { bestPresence, type ResourcePresence } from "../../../shared/model/presence.ts";

/** Maximum number of resources of one bare JID: a hostile server must not fill our memory. */
const MOST_RESOURCES = 64;

export interface PresenceBoard {
  /** Updates a resource; `offline` removes it, and from a bare JID all (RFC 6121 §4.3.2). */
  set(from: Jid, presence: Omit<ResourcePresence, "resource">): void;
  resources(jid: BareJid): ResourcePresence[];
  best(jid: BareJid): ResourcePresence | null;
  forget(jid: BareJid): void;
  /** Clears everything; returns the JIDs whose presence was known. */
  clear(): BareJid[];
}

/** The board of one account. */
export function createPresenceBoard(): PresenceBoard {
  const contacts = new Map<BareJid, Map<string, ResourcePresence>>();
  const resources = (jid: BareJid): ResourcePresence[] => [...(contacts.get(jid)?.values() ?? [])];
  return {
    set(from, presence) {
      const jid = toBare(from);
      const resource = resourceOf(from);
      const known = contacts.get(jid) ?? new Map<string, ResourcePresence>();
      if (presence.show === "offline" && resource === "") known.clear();
      else if (presence.show === "offline") known.delete(resource);
      else if (known.has(resource) || known.size < MOST_RESOURCES) known.set(resource, { resource, ...presence });
      if (known.size === 0) contacts.delete(jid);
      else contacts.set(jid, known);
    },
    resources,
    best: (jid) => bestPresence(resources(jid)),
    forget: (jid) => void contacts.delete(jid),
    clear() {
      const known = [...contacts.keys()];
      contacts.clear();
      return known;
    },
  };
}
