/**
 * Who belongs to a room, there or not: its lists of owners, admins and members (XEP-0045 §9.5, §10.5, §10.8), kept by
 * what the room says afterwards. In memory only; read anew with every entering.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { Affiliation } from "../../../../shared/model/room.ts";
import type { XmppClient } from "../../../xmpp/api.ts";

const BELONGING = ["owner", "admin", "member"] as const satisfies Affiliation[];
export type Belonging = (typeof BELONGING)[number];
/**
 * People who are kept of a room: one of more than 1,000 is not encrypted for anyway, and a hostile one makes them up.
 */
export const MOST_KEPT = 10_000;
const belongs = (affiliation: Affiliation): affiliation is Belonging =>
  affiliation !== "none" && affiliation !== "outcast";

export interface Members {
  /** Null: not known. */
  of(room: BareJid): ReadonlyMap<BareJid, Belonging> | null;
  /** Reads the lists; one reading at a time. @throws as `Stream.request`: a room that does not tell is not known */
  load(room: BareJid): Promise<void>;
  /** The room said it. @returns whether anything is new */
  put(room: BareJid, jid: BareJid, affiliation: Affiliation): boolean;
  forget(room: BareJid): void;
  isMember(jid: BareJid): boolean;
}

export function createMembers(client: () => Pick<XmppClient, "rooms">): Members {
  const rooms = new Map<BareJid, Map<BareJid, Belonging>>();
  const loading = new Map<BareJid, { done: Promise<void>; newer: Map<BareJid, Affiliation> }>();

  function change(people: Map<BareJid, Belonging>, jid: BareJid, affiliation: Affiliation): boolean {
    if (!belongs(affiliation)) return people.delete(jid);
    const before = people.get(jid);
    if (before === undefined && people.size >= MOST_KEPT) return false;
    people.set(jid, affiliation);
    return before !== affiliation;
  }

  async function read(room: BareJid, newer: ReadonlyMap<BareJid, Affiliation>): Promise<void> {
    const lists = await Promise.all(BELONGING.map((affiliation) => client().rooms.affiliations(room, affiliation)));
    // We have left it meanwhile.
    if (loading.get(room)?.newer !== newer) return;
    const people = new Map<BareJid, Belonging>();
    for (const [at, list] of lists.entries()) for (const { jid } of list) people.set(jid, BELONGING[at]!);
    // What was said while the lists were on their way is newer than they are.
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
      if (newer !== undefined && (newer.size < MOST_KEPT || newer.has(jid))) newer.set(jid, affiliation);
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
