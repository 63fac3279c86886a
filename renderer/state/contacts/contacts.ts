/**
 * The rosters of all accounts with live presence, updated by `contacts.changed` and `resources.changed`.
 *
 * The map is changed in place and the state object is replaced around it: with 20,000 contacts a copy for every
 * presence would be too expensive. Select single contacts (`useContact`), or `revision` for lists; never the map
 * itself.
 */
import { create } from "zustand";
import type { Contact } from "../../../shared/model/contact.ts";
import type { ResourcePresence } from "../../../shared/model/presence.ts";
import type { AccountId, ChatKey } from "../../../shared/model/primitives.ts";
import type { EventPayload } from "../../../shared/ipc/index.ts";
import { localPart } from "../../../shared/display-name.ts";
import { chatId } from "../chat-id.ts";
import { eachFrame } from "../each-frame.ts";
import { call, on } from "../ipc.ts";
import { log } from "../../log.ts";

export type Loading = "loading" | "ready" | "failed";
type Change = EventPayload<"contacts.changed">;

interface Contacts {
  byId: ReadonlyMap<string, Contact>;
  /** Resources of contacts whose details were loaded, or that changed since. */
  resources: ReadonlyMap<string, readonly ResourcePresence[]>;
  /** Incremented when a contact is added, removed, or changes name, groups or subscription; not by presence. */
  revision: number;
  status: Loading;
}

const byId = new Map<string, Contact>();
const resources = new Map<string, readonly ResourcePresence[]>();
/** The number of contacts of an account with the same local part. */
const namesakes = new Map<string, number>();
const localId = ({ account, jid }: Pick<Contact, "account" | "jid">): string => `${account} ${localPart(jid)}`;
const countNamesake = (of: Pick<Contact, "account" | "jid">, by: 1 | -1): void =>
  void namesakes.set(localId(of), (namesakes.get(localId(of)) ?? 0) + by);
/** Number of contacts in one page while the roster loads. */
const PAGE = 200;

export const useContacts = create<Contacts>()(() => ({ byId, resources, revision: 0, status: "loading" }));

/** One contact, or undefined for somebody who is not in the roster. */
export const useContact = (account: AccountId, jid: string): Contact | undefined =>
  useContacts((state) => state.byId.get(`${account} ${jid}`));

/** Another contact of the same account has the same local part. */
export const hasNamesake = (of: Pick<Contact, "account" | "jid">): boolean => (namesakes.get(localId(of)) ?? 0) > 1;

const sameFiling = (a: Contact, b: Contact): boolean =>
  a.name === b.name &&
  a.subscription === b.subscription &&
  a.asked === b.asked &&
  a.groups.length === b.groups.length &&
  a.groups.every((group, at) => group === b.groups[at]);

const same = (a: Contact, b: Contact): boolean => sameFiling(a, b) && a.show === b.show && a.status === b.status;

/** Applies changes in order, and notifies only affected components. */
export function applyContacts(changes: readonly Change[]): void {
  let refiled = false;
  let touched = false;
  for (const { changed, removed } of changes) {
    for (const contact of changed) {
      const id = chatId(contact);
      const known = byId.get(id);
      if (known !== undefined && same(known, contact)) continue;
      refiled ||= known === undefined || !sameFiling(known, contact);
      touched = true;
      if (known === undefined) countNamesake(contact, 1);
      byId.set(id, contact);
    }
    for (const person of removed) {
      resources.delete(chatId(person));
      if (!byId.delete(chatId(person))) continue;
      countNamesake(person, -1);
      refiled = true;
    }
  }
  if (!refiled && !touched) return;
  useContacts.setState((state) => ({ revision: state.revision + (refiled ? 1 : 0) }));
}

/** Drops everything, e.g. before another store is loaded. */
export function clearContacts(): void {
  byId.clear();
  namesakes.clear();
  resources.clear();
  useContacts.setState((state) => ({ status: "loading", revision: state.revision + 1 }));
}

/** Drops the roster of an account that was removed. */
export function forgetContactsOf(account: AccountId): void {
  const gone = [...byId.values()].filter((one) => one.account === account);
  applyContacts([{ changed: [], removed: gone.map(({ jid }) => ({ account, jid })) }]);
}

/** Loads all pages of the roster. Changes in the meantime are newer and stay. */
export async function loadContacts(): Promise<void> {
  const newer = new Set<string>();
  const remember = on("contacts.changed", ({ changed, removed }) =>
    [...changed, ...removed].forEach((one) => newer.add(chatId(one))),
  );
  try {
    let after: string | null = null;
    do {
      const page: { contacts: Contact[]; next: string | null } = await call(
        "roster.page",
        after === null ? { limit: PAGE } : { limit: PAGE, after },
      );
      applyContacts([{ changed: page.contacts.filter((one) => !newer.has(chatId(one))), removed: [] }]);
      after = page.next;
    } while (after !== null);
    useContacts.setState({ status: "ready" });
  } catch (error) {
    log.debug("contacts could not be read", error);
    useContacts.setState({ status: "failed" });
  } finally {
    remember();
  }
}

function setResources(of: readonly { key: ChatKey; resources: readonly ResourcePresence[] }[]): void {
  for (const one of of) resources.set(chatId(one.key), one.resources);
  useContacts.setState({ resources });
}

/** Loads the resources of one contact, which events then update. @throws {CallFailed} */
export async function loadDetails(key: ChatKey): Promise<void> {
  const details = await call("contact.details", key);
  setResources([{ key, resources: details.resources }]);
}

const NONE: readonly ResourcePresence[] = [];
export const useResources = (account: AccountId, jid: string): readonly ResourcePresence[] =>
  useContacts((state) => state.resources.get(`${account} ${jid}`) ?? NONE);

/** Follows the core, one change a frame. @returns a function that ends it */
export function followContacts(): () => void {
  const frame = eachFrame(applyContacts);
  const ends = [
    on("contacts.changed", frame.add),
    on("resources.changed", ({ contacts }) =>
      setResources(contacts.map((one) => ({ key: one, resources: one.resources }))),
    ),
  ];
  return () => ends.forEach((end) => end());
}
