/**
 * The message archive (XEP-0313, `urn:xmpp:mam:2`): one page at a time. Results count only for an open query of ours,
 * and only from the archive that was asked (CVE-2019-16237 and similar attacks).
 */
import { randomUUID } from "node:crypto";
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { domainOf, receivedJid, type BareJid } from "../../../shared/jid.ts";
import type { ArchiveDefault } from "../../../shared/model/account.ts";
import { fallback, log, logged } from "../../log/log.ts";
import type { ArchiveEntry, ArchivePage, Inbound } from "../../model/message.ts";
import type { ArchiveIntents, ArchiveQuery } from "../intents.ts";
import { readStamp } from "../message/parts/delay.ts";
import { forwardedIn } from "../message/parts/forwarding.ts";
import { shortId } from "../message/parts/stanza-ids.ts";
import { readMessage, type Archived } from "../message/read.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { NotConnected, BrokenPage, StanzaError } from "../stream.ts";
import type { ServerFeature } from "../services/server.ts";
import { markUnreadable } from "../stream/unreadable.ts";

export const NS_MAM = "urn:xmpp:mam:2";
/** Features of an archive that knows the field `include-groupchat` (§7). */
const NS_GROUPCHAT = [`${NS_MAM}#groupchat-field`, `${NS_MAM}#groupchat-available`];
const NS_RSM = "http://jabber.org/protocol/rsm";
/** Timeout of a page, ms. It may take long on a slow line; a dead connection is noticed by other means. */
const PAGE_TIMEOUT = 60_000;
/**
 * Entries that a page can have, whatever was asked: some servers send more than `max`, and what they send last is the
 * newest. Of more than these the oldest are requested again.
 */
export const MOST_ENTRIES = 2_000;
const DEFAULTS: ReadonlySet<string> = new Set(["always", "roster", "never"]);

/** One entry of an archive. */
interface RawEntry extends Archived {
  message: Element;
}
type ReadEntry = (entry: RawEntry) => Inbound | null;

interface OpenQuery {
  /** The archive that was asked. */
  archive: BareJid;
  /** Oldest first. */
  entries: ArchiveEntry[];
  /** The server sent more than we take in one page, so the oldest were dropped: the next page has them. */
  isCut: boolean;
  read: ReadEntry;
  began: (first: string) => void;
}

export interface ArchiveFeature extends Feature {
  intents: ArchiveIntents;
  /** One page of any archive, such as a room's (XEP-0313 §4). @throws as `ArchiveIntents.page` */
  pageOf(archive: BareJid, query: ArchiveQuery, read: ReadEntry, began?: (first: string) => void): Promise<ArchivePage>;
}

export function archive({ stream, emit, rooms }: FeaturePorts, server: Pick<ServerFeature, "has">): ArchiveFeature {
  const open = new Map<string, OpenQuery>();
  /** Domains of archives that say truly when a page is the last: a service answers for all its rooms alike. */
  const truthful = new Set<string>();
  let before: ReturnType<ArchiveIntents["newestBefore"]> = Promise.resolve(null);
  /**
   * Our archive can leave out the messages of rooms (§4.1.4). They would fill its pages, and we take them from the
   * archives of the rooms only: what our archive has of a room without one has other ids and gaps than its history.
   */
  let leavesOutRooms = false;

  /** Keeps the newest. */
  function cut(query: OpenQuery): void {
    query.isCut = true;
    query.entries.splice(0, query.entries.length - MOST_ENTRIES);
  }

  /** @returns true for a result of an open query, or one that pretends to be */
  function collect(stanza: Element): boolean {
    const result = stanza.getChild("result", NS_MAM);
    if (result === undefined) return false;
    const query = open.get(String(result.attrs["queryid"]));
    // RFC 6120 §8.1.2.1: an absent `from` means our own account.
    const from = receivedJid(stanza.attrs["from"] ?? stream.account);
    if (query === undefined || from !== query.archive) {
      void emit({ type: "refused", what: "forged-archive-result" }).catch(
        logged("xmpp/archive", "a forged archive result could not be counted"),
      );
      return true;
    }
    const entry = readEntry(result, query.entries.at(-1)?.stamp);
    if (entry === null) {
      log.warn("xmpp/archive", "an entry without id or message was left out", { archive: query.archive });
      return true;
    }
    query.entries.push(readSafely(entry, query.read));
    if (query.entries.length === 1) query.began(entry.archiveId);
    if (query.entries.length >= 2 * MOST_ENTRIES) cut(query);
    return true;
  }

  async function preferences(change?: Element): Promise<Element | undefined> {
    const iq = xml("iq", { type: change === undefined ? "get" : "set" }, change ?? xml("prefs", { xmlns: NS_MAM }));
    return (await stream.request(iq)).getChild("prefs", NS_MAM);
  }

  async function pageOf(
    of: BareJid,
    query: ArchiveQuery,
    read: ReadEntry,
    began: (first: string) => void = () => undefined,
  ): Promise<ArchivePage> {
    const page = await rawPage(of, query, read, began);
    const { first, complete, entries } = page;
    if (!complete || first === null || entries.length === 0 || query.max === 1 || truthful.has(domainOf(of)))
      return page;
    // Some servers call every page the last one: the first time, the page before it is requested.
    const older = await rawPage(of, { ...query, before: first, max: 1 }, () => null).catch((error: unknown) => {
      if (!(error instanceof StanzaError)) throw error;
      log.debug("xmpp/archive", "nothing can be requested before the first entry", error);
      return null;
    });
    const isEnd = (older?.entries ?? []).length === 0;
    if (isEnd) truthful.add(domainOf(of));
    return { ...page, complete: isEnd };
  }

  async function rawPage(
    of: BareJid,
    query: ArchiveQuery,
    read: ReadEntry,
    began: (first: string) => void = () => undefined,
  ): Promise<ArchivePage> {
    const id = randomUUID();
    const asked: OpenQuery = { archive: of, entries: [], isCut: false, read, began };
    open.set(id, asked);
    stream.hurry(true);
    try {
      const to = of === stream.account ? {} : { to: of };
      const answer = await stream.request(
        xml("iq", { type: "set", ...to }, queryElement(id, query, of === stream.account && leavesOutRooms)),
        PAGE_TIMEOUT,
      );
      // Answers arrive ahead of earlier stanzas that are still queued; wait, so that the page is not older than they
      // are.
      await stream.handled();
      const { entries } = asked;
      if (entries.length > MOST_ENTRIES) cut(asked);
      const oldest = entries[0]?.archiveId ?? null;
      if (asked.isCut) return { entries, first: oldest, complete: false };
      return { entries, ...readEnd(answer.getChild("fin", NS_MAM), oldest) };
    } catch (error) {
      if (!(error instanceof NotConnected) || error.fault === null) throw error;
      throw new BrokenPage(error.fault, brokenEntry(error.fault.partial, id, read));
    } finally {
      open.delete(id);
      if (open.size === 0) stream.hurry(false);
    }
  }

  const page: ArchiveIntents["page"] = (query, began) => {
    const { account } = stream;
    return pageOf(
      account,
      query,
      ({ message, ...via }) =>
        readMessage(message, { account, via, trustsStanzaIds: false, serverReceivedAt: null, rooms }),
      began,
    );
  };

  return {
    name: "archive",
    pageOf,
    early: (stanza) => stanza.is("message") && collect(stanza),
    async online({ resumed }) {
      const known = await Promise.all(NS_GROUPCHAT.map((one) => server.has(one)));
      leavesOutRooms = known.includes(true);
      if (resumed || !(await server.has(NS_MAM))) return;
      // Sent ahead of presence: a server (Prosody) does not send its offline messages to a client that reads the
      // archive.
      before = page({ before: null, max: 1 }).then(
        ({ entries }) => ({ id: entries.at(-1)?.archiveId ?? null }),
        fallback(null, "xmpp/archive", "the newest entry of the archive could not be read"),
      );
    },
    offline() {
      before = Promise.resolve(null);
    },
    intents: {
      supported: () => server.has(NS_MAM),
      newestBefore: () => before,
      page,
      async preference() {
        try {
          const rule = (await preferences())?.attrs["default"] as string | undefined;
          return rule !== undefined && DEFAULTS.has(rule) ? (rule as ArchiveDefault) : null;
        } catch (error) {
          // Only an unsupported query is an answer; a server in trouble is not.
          if (error instanceof StanzaError && /^(service-unavailable|feature-not-implemented)$/.test(error.condition))
            return null;
          throw error;
        }
      },
      async setPreference(rule) {
        // Sends the exceptions for single contacts back unchanged, or they would be lost (§7.2).
        const now = await preferences();
        const lists = ["always", "never"].map((name) => now?.getChild(name) ?? xml(name));
        await preferences(xml("prefs", { xmlns: NS_MAM, default: rule }, ...lists));
      },
    },
  };
}

/** @param withoutRooms only for an archive that knows the field: others refuse the form */
function queryElement(id: string, { with: contact, before, until, max }: ArchiveQuery, withoutRooms: boolean): Element {
  const fields = [
    ...(contact === undefined ? [] : [field("with", contact)]),
    ...(until === undefined ? [] : [field("end", new Date(until).toISOString())]),
    ...(withoutRooms ? [field("include-groupchat", "false")] : []),
  ];
  const form =
    fields.length === 0
      ? []
      : [xml("x", { xmlns: "jabber:x:data", type: "submit" }, field("FORM_TYPE", NS_MAM, "hidden"), ...fields)];
  const set = xml(
    "set",
    { xmlns: NS_RSM },
    xml("max", {}, String(max)),
    xml("before", {}, ...(before === null ? [] : [before])),
  );
  return xml("query", { xmlns: NS_MAM, queryid: id }, ...form, set);
}

const field = (name: string, value: string, type?: string): Element =>
  xml("field", { var: name, ...(type === undefined ? {} : { type }) }, xml("value", {}, value));

function readEnd(fin: Element | undefined, oldest: string | null): Omit<ArchivePage, "entries"> {
  const set = fin?.getChild("set", NS_RSM);
  const first = shortId(set?.getChildText("first"));
  return {
    first: first ?? oldest,
    // An empty page before some id is the end, whatever the server says.
    complete:
      fin?.attrs["complete"] === "true" || fin?.attrs["complete"] === "1" || (first === null && oldest === null),
  };
}

/**
 * Null if the server violates the form: without an id the entry cannot be stored. One without a stamp takes that of
 * its neighbour.
 * @param before stamp of the entry before it, ms
 */
function readEntry(result: Element, before: number | undefined): RawEntry | null {
  const archiveId = shortId(result.attrs["id"]);
  const inner = forwardedIn(result);
  if (archiveId === null || inner === undefined) return null;
  const { forwarded, message } = inner;
  const stamp = [forwarded, message]
    .map((element) => readStamp(element.getChild("delay", "urn:xmpp:delay")?.attrs["stamp"]))
    .find((one) => one !== null);
  return { archiveId, stamp: stamp ?? before ?? Date.now(), message };
}

const entryOf = (entry: RawEntry, read: ReadEntry): ArchiveEntry => ({
  archiveId: entry.archiveId,
  stamp: entry.stamp,
  inbound: read(entry),
});

/** An entry that cannot be read is kept as an unreadable message. */
function readSafely(entry: RawEntry, read: ReadEntry): ArchiveEntry {
  try {
    return entryOf(entry, read);
  } catch (error) {
    log.error("xmpp/archive", "an entry could not be read", error);
    markUnreadable(entry.message, "not-handled");
    return entryOf(entry, read);
  }
}

/** The entry of our query during which the stream ended. */
function brokenEntry(partial: Element | null, queryId: string, read: ReadEntry): BrokenPage["entry"] {
  const result = partial?.getChild("result", NS_MAM);
  const archiveId = shortId(result?.attrs["id"]);
  if (result === undefined || archiveId === null || result.attrs["queryid"] !== queryId) return null;
  const entry = readEntry(result, undefined);
  if (entry !== null) markUnreadable(entry.message, "not-xml");
  return { archiveId, content: entry === null ? null : entryOf(entry, read) };
}
