/** The roster as listed: by groups, then by name. Pure. */
import type { Contact } from "../../shared/model/contact.ts";
import { nameOf } from "../state/names.ts";
import { chatId } from "../state/chat-id.ts";

export type RosterLine =
  | { kind: "group"; key: string; name: string; members: number }
  /** A contact in two groups has two lines, hence the key. */
  | { kind: "contact"; key: string; id: string; contact: Contact };

/** `Friends, Work ,Friends` becomes `["Friends", "Work"]`; truncated to the limits of the contract. */
export function parseGroups(text: string): string[] {
  const names = text.split(",").map((name) => name.trim().slice(0, 256));
  return [...new Set(names.filter((name) => name !== ""))].slice(0, 50);
}

/** All groups of a roster, sorted. */
export function allGroups(contacts: Iterable<Contact>): string[] {
  const names = new Set<string>();
  for (const contact of contacts) for (const group of contact.groups) names.add(group);
  return [...names].sort(new Intl.Collator().compare);
}

/**
 * Groups sorted by name, contacts without a group last. A roster without groups has no headings.
 * @param rest the heading for contacts without a group
 */
export function rosterLines(contacts: readonly Contact[], rest: string): RosterLine[] {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const named = contacts
    .map((contact) => ({ contact, id: chatId(contact), name: nameOf(contact, contact.jid) }))
    .sort((a, b) => collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
  const groups = new Map<string, typeof named>();
  const ungrouped: typeof named = [];
  for (const one of named) {
    if (one.contact.groups.length === 0) ungrouped.push(one);
    for (const group of new Set(one.contact.groups)) {
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [one]);
      else members.push(one);
    }
  }
  const lines: RosterLine[] = [];
  const add = (key: string, members: typeof named): void => {
    for (const { contact, id } of members) lines.push({ kind: "contact", key: `${key} ${id}`, id, contact });
  };
  for (const group of [...groups.keys()].sort(collator.compare)) {
    const members = groups.get(group) ?? [];
    lines.push({ kind: "group", key: `group ${group}`, name: group, members: members.length });
    add(`in ${group}`, members);
  }
  if (groups.size > 0 && ungrouped.length > 0)
    lines.push({ kind: "group", key: "rest", name: rest, members: ungrouped.length });
  add("rest", ungrouped);
  return lines;
}
