/**
 * Bookmarked rooms (XEP-0402), kept private by the server and synchronized between our devices. Extensions of other
 * clients in a bookmark are preserved. If the server does not synchronize the old storage (old-bookmarks.ts), changes
 * of older programs there are taken over, and our changes are written there as well if it is in use. On a server whose
 * PEP nodes keep only one item, the old storage holds all bookmarks, as it needs one item for the whole list.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import pLimit from "p-limit";
import type { BareJid } from "../../../shared/jid.ts";
import { fallback, log } from "../../log/log.ts";
import { changesIn, outdatedIn, readSeen, seenOf, writeSeen, type Place, type SeenPlaces } from "./bookmark-changes.ts";
import {
  conferenceOf,
  digestOf,
  MOST_ROOMS,
  NS_BOOKMARKS,
  readBookmark,
  readConferences,
  roomOf,
} from "./bookmark-format.ts";
import { OLD_NODE, oldBookmarks } from "./old-bookmarks.ts";
import type { FollowedNode, NodeChange, Pep, PepItem, Published } from "./pep.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { NotConnected, StanzaError } from "../stream.ts";
import type { Bookmark } from "../room-events.ts";
import type { BookmarkIntents } from "../room-intents.ts";
import type { ServerFeature } from "../services/server.ts";

const NS_PUBSUB = "http://jabber.org/protocol/pubsub";
const IN_OLD = "bookmarks-in-old";
/** Number of bookmarks from which a node may be full: the smallest `max_items` that is tried. */
const LONG = 50;

type Found = ReadonlyMap<BareJid, Bookmark>;

export function bookmarks(
  { stream, emit, accountState }: FeaturePorts,
  pep: Pep,
  server: Pick<ServerFeature, "has">,
): Feature & { intents: BookmarkIntents } {
  /** `<extensions/>` of other clients (XEP-0402 §3.1). */
  const extensions = new Map<BareJid, Element>();
  const old = oldBookmarks(stream, pep, server);
  /** The bookmarks that are valid now. */
  const current = new Map<BareJid, Bookmark>();
  /** The XEP-0402 node exists, so a room that is missing there was removed. */
  let isNodeThere = false;
  /** The XEP-0402 node cannot keep all bookmarks, so the old storage holds them. */
  let isInOld = false;
  /** The node was seen to keep more than one item. */
  let keepsMany = false;
  let isToldLimited = false;
  /** Serialized: each comparison of the stores begins after the last one is recorded. */
  const inTurn = pLimit(1);
  const node: FollowedNode = {
    name: NS_BOOKMARKS,
    access: "whitelist",
    isMany: true,
    config: { send_last_published_item: "never" },
    forged: "forged-bookmark",
    changed,
  };
  /**
   * A comparison requests and publishes: no stanza waits for that. One that is lost is made up for in the next session,
   * which compares again.
   */
  const later = (work: () => Promise<void>): void =>
    void inTurn(work).catch((error: unknown) => {
      if (!(error instanceof NotConnected)) log.warn("xmpp", "changed bookmarks could not be compared", error);
    });
  pep.follow(node);
  pep.follow({
    ...OLD_NODE,
    forged: "forged-bookmark",
    changed: async ({ items }) => later(() => changedInOld(items)),
  });

  function read(items: readonly PepItem[]): Map<BareJid, Bookmark> {
    const found = new Map<BareJid, Bookmark>();
    for (const { id, payload } of items.slice(0, MOST_ROOMS)) {
      const room = roomOf(id);
      if (room === null || payload?.is("conference", NS_BOOKMARKS) !== true) continue;
      const kept = payload.getChild("extensions");
      if (kept !== undefined) extensions.set(room, kept);
      else extensions.delete(room);
      found.set(room, readBookmark(room, payload));
    }
    return found;
  }

  async function changed({ items, retracted, emptied }: NodeChange): Promise<void> {
    const found = read(items);
    if (isInOld) {
      // An item that the node lost to the next one was not removed by anybody.
      return later(() => compare("node", found));
    }
    const removed = retracted.flatMap((id) => roomOf(id) ?? []);
    for (const room of emptied ? [...current.keys()] : removed) current.delete(room);
    for (const one of found.values()) current.set(one.room, one);
    if (emptied || found.size + removed.length > 0)
      await emit({ type: "bookmarks", whole: emptied, changed: [...found.values()], removed });
  }

  async function changedInOld(items: readonly PepItem[]): Promise<void> {
    if (await old.isKeptByServer()) return;
    const storage = items.find(({ payload }) => payload?.is("storage", OLD_NODE.name) === true)?.payload;
    if (storage === undefined) return;
    await compare("pep", readConferences(storage.getChildren("conference")));
  }

  /** Takes over what another program just changed in a store. Reports the changes. */
  async function compare(place: Place, found: Found): Promise<void> {
    const { taken, removed } = await takeOver([[place, found]], true);
    if (taken.length + removed.length > 0) await emit({ type: "bookmarks", whole: false, changed: taken, removed });
  }

  /**
   * Takes over what other programs changed in these stores since we looked last, and brings the old ones up to date.
   * @param some there are more stores than these
   */
  async function takeOver(places: readonly (readonly [Place, Found])[], some: boolean) {
    const seen = readSeen(await accountState.get("old-bookmarks"));
    const taken = new Map<BareJid, Bookmark>();
    const removed = new Set<BareJid>();
    const notPublished = new Set<BareJid>();
    const wasThere = isNodeThere || isInOld;
    const failed = fallback(null, "xmpp", "an old bookmark could not be taken over", "warn");
    for (const [place, found] of places) {
      const changes = changesIn(found, seen[place], current, !wasThere);
      for (const one of changes.taken) {
        taken.set(one.room, one);
        removed.delete(one.room);
        const published = notPublished.size > 0 ? null : await publish(one).catch(failed);
        if (published === "one-only") await keepInOld();
        if (published !== "kept" && !isInOld) notPublished.add(one.room);
        current.set(one.room, one);
      }
      // A node of one item loses rooms that nobody removed.
      for (const room of place === "node" ? [] : changes.removed) {
        if (taken.has(room)) continue;
        removed.add(room);
        current.delete(room);
        await retract(room);
      }
    }
    const inOld = places.filter(([place]) => place !== "node");
    const outdated = new Map<BareJid, Bookmark | null>();
    if (wasThere)
      for (const [place, found] of inOld)
        for (const [room, mine] of outdatedIn(found, seen[place], current)) outdated.set(room, mine);
    const isMissed = (room: BareJid, digest: string | null): boolean =>
      some || inOld.some(([, found]) => found.size > 0 && digestIn(found, room) !== digest);
    for (const one of taken.values()) if (isMissed(one.room, digestOf(one))) outdated.set(one.room, one);
    for (const room of removed) if (isMissed(room, null)) outdated.set(room, null);
    for (const [place, found] of places) seen[place] = seenOf(found);
    await writeToOld(outdated, isInOld, seen);
    // Else their absence in the node would count as a removal next time.
    for (const room of notPublished) for (const place of ["private", "pep"] as const) seen[place].delete(room);
    await accountState.set("old-bookmarks", writeSeen(seen));
    return { taken: [...taken.values()], removed: [...removed] };
  }

  /** Changes the old stores, and records in `seen` what they hold then. @returns whether one of them holds it */
  async function writeToOld(
    changes: ReadonlyMap<BareJid, Bookmark | null>,
    force: boolean,
    seen: SeenPlaces,
  ): Promise<boolean> {
    if (changes.size === 0) return true;
    const elements = new Map<BareJid, Element | null>();
    for (const [room, one] of changes) elements.set(room, one === null ? null : conferenceOf(one, { jid: room }));
    const written = await old.change(elements, force);
    for (const [place, conferences] of written) {
      const now = readConferences(conferences);
      for (const room of changes.keys()) {
        const digest = digestIn(now, room);
        if (digest === null) seen[place].delete(room);
        else seen[place].set(room, digest);
      }
    }
    return written.size > 0;
  }

  /** Changes the old stores, outside of a comparison. */
  async function changeOld(changes: ReadonlyMap<BareJid, Bookmark | null>, force: boolean): Promise<boolean> {
    const seen = readSeen(await accountState.get("old-bookmarks"));
    const isKept = await writeToOld(changes, force, seen);
    await accountState.set("old-bookmarks", writeSeen(seen));
    return isKept;
  }

  /** Publishes in the XEP-0402 node, and makes sure that it replaced no other bookmark. */
  async function publish(bookmark: Bookmark): Promise<Published> {
    if (isInOld) return "one-only";
    const kept = extensions.get(bookmark.room);
    const payload = conferenceOf(bookmark, { xmlns: NS_BOOKMARKS }, kept === undefined ? [] : [kept]);
    const published = await pep.publish(node, bookmark.room, payload);
    if (published !== "kept") return published;
    isNodeThere = true;
    if (await hasLost(bookmark.room)) {
      await keepInOld();
      return "one-only";
    }
    return "kept";
  }

  /**
   * Whether the item just published replaced another one: servers may ignore the options of a publication (XEP-0060
   * §7.1.5), and `max` may mean few. Read back once, and for each room that is new in a long list.
   */
  async function hasLost(published: BareJid): Promise<boolean> {
    const others = [...current.keys()].filter((room) => room !== published);
    const isLong = others.length >= LONG;
    if (others.length === 0 || (isLong ? current.has(published) : keepsMany)) return false;
    const ids = new Set((await pep.items(node))?.map(({ id }) => id));
    if (ids.size === 0) return false;
    // In a short list, a missing room may have just been removed by another device.
    const isLost = isLong ? others.some((room) => !ids.has(room)) : ids.size === 1 && ids.has(published);
    keepsMany ||= !isLost;
    return isLost;
  }

  /** From now on, the old storage holds all bookmarks. */
  async function keepInOld(): Promise<void> {
    if (isInOld || (await old.isKeptByServer()) || !(await changeOld(current, true))) return;
    isInOld = true;
    await accountState.set(IN_OLD, "1");
    if (!isToldLimited) await emit({ type: "server.limited", what: "bookmarks" });
    isToldLimited = true;
  }

  async function retract(room: BareJid): Promise<void> {
    const item = xml("retract", { node: NS_BOOKMARKS, notify: "true" }, xml("item", { id: room }));
    try {
      await stream.request(xml("iq", { type: "set" }, xml("pubsub", { xmlns: NS_PUBSUB }, item)));
    } catch (error) {
      if (!(error instanceof StanzaError) || error.condition !== "item-not-found") throw error;
    }
  }

  const intents: BookmarkIntents = {
    put: (bookmark) =>
      inTurn(async () => {
        const published = await publish(bookmark);
        if (published === "one-only") await keepInOld();
        const isKept = published === "kept";
        // What is kept nowhere is no bookmark, and must not make others seem removed.
        if (isKept) current.set(bookmark.room, bookmark);
        if (await old.isKeptByServer()) return isKept;
        // A server that cannot keep a PEP node private still has private XML storage.
        const isKeptThere = await changeOld(new Map([[bookmark.room, bookmark]]), !isKept);
        if (isKeptThere) current.set(bookmark.room, bookmark);
        return isKept || isKeptThere;
      }),
    remove: (room) =>
      inTurn(async () => {
        current.delete(room);
        await retract(room);
        if (!(await old.isKeptByServer())) await changeOld(new Map([[room, null]]), false);
      }),
  };

  const placesRead = async (): Promise<(readonly [Place, Found])[]> =>
    [...(await old.read())].map(([place, conferences]) => [place, readConferences(conferences)] as const);

  /** The list on a server whose node keeps one item: the first readable old store, and changes in the others. */
  async function readOld(items: readonly PepItem[]): Promise<void> {
    const [first, ...others] = await placesRead();
    for (const one of first?.[1].values() ?? []) current.set(one.room, one);
    await takeOver([...others, ["node", read(items)]], true);
    await emit({ type: "bookmarks", whole: first !== undefined, changed: [...current.values()], removed: [] });
  }

  return {
    name: "bookmarks",
    online: ({ resumed }) =>
      inTurn(async () => {
        if (resumed) return;
        current.clear();
        const items = await pep.items(node);
        const whole = (isNodeThere = items !== null);
        const isKeptByServer = await old.isKeptByServer();
        isInOld = !isKeptByServer && (await accountState.get(IN_OLD)) !== null;
        if (isInOld) return readOld(items ?? []);
        for (const one of read(items ?? []).values()) current.set(one.room, one);
        if (!isKeptByServer) {
          await takeOver(await placesRead(), false);
        }
        // An empty node is an answer: the last bookmark was removed. Without a node, nothing is known.
        await emit({ type: "bookmarks", whole: whole || isInOld, changed: [...current.values()], removed: [] });
      }),
    intents,
  };
}

/** Null if the room is not there. */
function digestIn(found: Found, room: BareJid): string | null {
  const one = found.get(room);
  return one === undefined ? null : digestOf(one);
}
