/** The roster of one account: the stored items combined with live presence, published to the window. */
import { displayName, localPart } from "../../../shared/display-name.ts";
import { toBare, type BareJid } from "../../../shared/jid.ts";
import type { Contact } from "../../../shared/model/contact.ts";
import type { ResourcePresence } from "../../../shared/model/presence.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Store, StoredContact } from "../../store/contract/index.ts";
import type { XmppEvent } from "../../xmpp/events.ts";
import type { Host } from "../host.ts";
import { createPresenceBoard } from "./presence-board.ts";

/** Number of contacts in one event to the window. */
const CHUNK = 200;

type RosterEvent = Extract<XmppEvent, { type: "roster.loaded" | "roster.pushed" | "roster.removed" }>;
type PresenceEvent = Extract<XmppEvent, { type: "presence" }>;

export interface Contacts {
  /** Reads the stored roster into memory. */
  load(): Promise<void>;
  get(jid: BareJid): StoredContact | null;
  /** Whether the contact may see our presence (RFC 6121 §3.1). */
  seePresence(jid: BareJid): boolean;
  /** Whether we are subscribed to the contact's presence, and so to their PEP nodes (XEP-0163 §4.1). */
  tellsChanges(jid: BareJid): boolean;
  /** The name of a contact, or of the owner of any other address. */
  nameOf(jid: BareJid): string;
  /** The only contact with this name or local part, the usual nickname in a room. Null: none, or several. */
  named(name: string): BareJid | null;
  /** The server accepted our change; its push may arrive after the next command of the user. */
  accepted(jid: BareJid, change: Pick<StoredContact, "name" | "groups">): void;
  /** The contact as shown in the window. */
  view(stored: StoredContact): Contact;
  resources(jid: BareJid): ResourcePresence[];
  /** Stores roster changes from the server. Resolves when committed. */
  roster(event: RosterEvent): Promise<void>;
  presence(event: PresenceEvent): void;
  presenceCleared(): void;
}

/** For comparison: names that differ only in case, width or surrounding space are one. */
const folded = (name: string): string => name.normalize("NFKC").toLowerCase().trim();

/** @param own our bare JID, because the presence of our other devices is shown, too */
export function createContacts(account: AccountId, own: BareJid, store: Store, publish: Host["publish"]): Contacts {
  const roster = new Map<BareJid, StoredContact>();
  const board = createPresenceBoard();

  function view(stored: StoredContact): Contact {
    const best = board.best(stored.jid);
    return { ...stored, show: best?.show ?? "offline", status: best?.status ?? "" };
  }

  function publishContacts(changed: StoredContact[], removed: BareJid[] = []): void {
    for (let at = 0; at === 0 || at < changed.length; at += CHUNK) {
      publish("contacts.changed", {
        changed: changed.slice(at, at + CHUNK).map(view),
        removed: at === 0 ? removed.map((jid) => ({ account, jid })) : [],
      });
    }
  }

  function publishPresence(jids: BareJid[]): void {
    publishContacts(jids.flatMap((jid) => roster.get(jid) ?? []));
    publish("resources.changed", { contacts: jids.map((jid) => ({ account, jid, resources: board.resources(jid) })) });
  }

  return {
    async load() {
      roster.clear();
      for (let after: string | null = null; ;) {
        const page: { contacts: StoredContact[]; next: string | null } = await store.read("roster.page", {
          after,
          limit: 1000,
        });
        for (const one of page.contacts) if (one.account === account) roster.set(one.jid, one);
        if (page.next === null) return;
        after = page.next;
      }
    },
    get: (jid) => roster.get(jid) ?? null,
    seePresence(jid) {
      const subscription = roster.get(jid)?.subscription;
      return subscription === "from" || subscription === "both";
    },
    tellsChanges(jid) {
      const subscription = roster.get(jid)?.subscription;
      return subscription === "to" || subscription === "both";
    },
    nameOf(jid) {
      const local = localPart(jid);
      return displayName(jid, roster.get(jid), () =>
        [...roster.keys()].some((one) => one !== jid && localPart(one) === local),
      );
    },
    named(name) {
      const wanted = folded(name);
      if (wanted === "") return null;
      const found = [...roster.values()].filter(
        ({ jid, name: given }) => jid !== own && (folded(given) === wanted || folded(localPart(jid)) === wanted),
      );
      return found.length === 1 ? found[0]!.jid : null;
    },
    accepted(jid, { name, groups }) {
      const known = roster.get(jid) ?? { account, jid, subscription: "none", asked: false };
      const stored: StoredContact = { ...known, name, groups };
      roster.set(jid, stored);
      publishContacts([stored]);
    },
    view,
    resources: (jid) => board.resources(jid),
    async roster(event) {
      if (event.type === "roster.removed") {
        await store.write({ op: "roster.remove", args: { account, jid: event.jid, version: event.version } });
        roster.delete(event.jid);
        board.forget(event.jid);
        publishContacts([], [event.jid]);
        publishPresence([event.jid]);
      } else if (event.type === "roster.pushed") {
        await store.write({ op: "roster.put", args: { account, item: event.item, version: event.version } });
        const stored = { account, ...event.item };
        roster.set(stored.jid, stored);
        publishContacts([stored]);
      } else if (event.items !== null) {
        const { items, version } = event;
        const [{ removed }] = await store.write({ op: "roster.replace", args: { account, items, version } });
        roster.clear();
        for (const item of items) roster.set(item.jid, { account, ...item });
        for (const jid of removed) board.forget(jid);
        publishContacts([...roster.values()], removed);
      }
    },
    presence(event) {
      const { from, show, status, priority, since, client } = event;
      const jid = toBare(from);
      // Anyone can send us presence; that of strangers is not shown.
      if (jid !== own && !roster.has(jid)) return;
      board.set(from, { show, status, priority, since, client });
      publishPresence([jid]);
    },
    presenceCleared() {
      const known = board.clear();
      for (let at = 0; at < known.length; at += CHUNK) publishPresence(known.slice(at, at + CHUNK));
    },
  };
}
