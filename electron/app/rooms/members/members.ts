/**
 * The members of a room, present or not: its lists of owners, admins and members (XEP-0045 §9.5, §10.5, §10.8), updated
 * by announced changes. Kept in memory only and read again after every join.
 */
import { localOf, type BareJid } from "../../../../shared/jid.ts";
import type { Affiliation } from "../../../../shared/model/room.ts";
import type { XmppClient } from "../../../xmpp/api.ts";

const BELONGING = ["owner", "admin", "member"] as const satisfies Affiliation[];
export type MemberAffiliation = (typeof BELONGING)[number];
/**
 * Maximum number of members kept: rooms with more than 1,000 are not encrypted anyway, and a hostile room could invent
 * any number.
 */
export const MAX_MEMBERS = 10_000;
const belongs = (affiliation: Affiliation): affiliation is MemberAffiliation =>
  affiliation !== "none" && affiliation !== "outcast";

export interface Members {
  /** Null: not known. */
  of(room: BareJid): ReadonlyMap<BareJid, MemberAffiliation> | null;
  /** Reads the lists, once at a time. @throws as `Stream.request` if the room does not disclose them */
  load(room: BareJid): Promise<void>;
  /** Applies an announced change. @returns whether it changes anything */
  put(room: BareJid, jid: BareJid, affiliation: Affiliation): boolean;
  forget(room: BareJid): void;
  isMember(jid: BareJid): boolean;
}

export function createMembers(client: () => Pick<XmppClient, "rooms">): Members {
  const rooms = new Map<BareJid, Map<BareJid, MemberAffiliation>>();
  const loading = new Map<BareJid, { done: Promise<void>; newer: Map<BareJid, Affiliation> }>();

  /** Ignores a domain: it stands for all its users (XEP-0045 §9.2) and has no keys; presence names those who join. */
  function change(people: Map<BareJid, MemberAffiliation>, jid: BareJid, affiliation: Affiliation): boolean {
    if (localOf(jid) === "") return false;
    if (!belongs(affiliation)) return people.delete(jid);
    const before = people.get(jid);
    if (before === undefined && people.size >= MAX_MEMBERS) return false;
    people.set(jid, affiliation);
    return before !== affiliation;
  }

  async function read(room: BareJid, newer: ReadonlyMap<BareJid, Affiliation>): Promise<void> {
    const lists = await Promise.all(BELONGING.map((affiliation) => client().rooms.affiliations(room, affiliation)));
    // We have left the room in the meantime.
    if (loading.get(room)?.newer !== newer) return;
    const people = new Map<BareJid, MemberAffiliation>();
    for (const [at, list] of lists.entries()) for (const { jid } of list) change(people, jid, BELONGING[at]!);
    // Changes announced while the lists were being read are newer than the lists.
    for (const [jid, affiliation] of newer) change(people, jid, affiliation);
    rooms.set(room, people);
  }

  return {
    of: (room) => rooms.get(room) ?? null,
    load(room) {
      const under = loading.get(room);
      if (under !== undefined) return under.done;
      const newer = new Map<BareJid, Affiliation>();
      const one = { newer, done: Promise.resolve() };
      loading.set(room, one);
      one.done = read(room, newer).finally(() => {
        if (loading.get(room) === one) loading.delete(room);
      });
      return one.done;
    },
    put(room, jid, affiliation) {
      const newer = loading.get(room)?.newer;
      if (newer !== undefined && (newer.size < MAX_MEMBERS || newer.has(jid))) newer.set(jid, affiliation);
      const people = rooms.get(room);
      return people !== undefined && change(people, jid, affiliation);
    },
    forget(room) {
      rooms.delete(room);
      loading.delete(room);
    },
    isMember: (jid) => [...rooms.values()].some((people) => people.has(jid)),
  };
}
