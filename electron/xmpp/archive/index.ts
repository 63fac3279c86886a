/**
 * The message archive (XEP-0313, `urn:xmpp:mam:2`): one page at a time. Results count only for a query of ours that is
 * open, and only from the archive that was asked (CVE-2019-16237 and its likes).
 */
import { randomUUID } from "node:crypto";
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { tryJid, type BareJid } from "../../../shared/jid.ts";
import type { ArchiveDefault } from "../../../shared/model/account.ts";
import { fallback, log, logged } from "../../log/log.ts";
import type { ArchiveEntry, ArchivePage, Inbound } from "../../model/message.ts";
import type { ArchiveIntents, ArchiveQuery } from "../intents.ts";
import { readStamp } from "../message/parts/delay.ts";
import { forwardedIn } from "../message/parts/forwarding.ts";
import { shortId } from "../message/parts/stanza-ids.ts";
import { readMessage, type Archived } from "../message/read.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { NotConnected, PageBroke, StanzaError } from "../stream.ts";
import type { ServerFeature } from "../services/server.ts";
import { markUnreadable } from "../stream/unreadable.ts";

export const NS_MAM = "urn:xmpp:mam:2";
const NS_RSM = "http://jabber.org/protocol/rsm";
/** A page may take long on a slow line; silence is found out by other means. */
const PAGE_TIMEOUT = 60_000;
const DEFAULTS: ReadonlySet<string> = new Set(["always", "roster", "never"]);

/** One entry as it stands in an archive. */
interface RawEntry extends Archived {
  message: Element;
}
type ReadEntry = (entry: RawEntry) => Inbound | null;

interface OpenQuery {
  /** Whose archive was asked. */
  archive: BareJid;
  max: number;
  entries: ArchiveEntry[];
  read: ReadEntry;
  began: (first: string) => void;
}

export interface ArchiveFeature extends Feature {
  intents: ArchiveIntents;
  /** One page of anybody's archive, such as a room's (XEP-0313 §4). @throws as `ArchiveIntents.page` */
  pageOf(archive: BareJid, query: ArchiveQuery, read: ReadEntry, began?: (first: string) => void): Promise<ArchivePage>;
}

export function archive({ stream, emit, rooms }: FeaturePorts, server: Pick<ServerFeature, "has">): ArchiveFeature {
  const open = new Map<string, OpenQuery>();
  let before: ReturnType<ArchiveIntents["newestBefore"]> = Promise.resolve(null);

  /** @returns true for a result that belongs to an open query, or pretends to belong to one */
  function collect(stanza: Element): boolean {
    const result = stanza.getChild("result", NS_MAM);
    if (result === undefined) return false;
    const query = open.get(String(result.attrs["queryid"]));
    // RFC 6120 §8.1.2.1: without a `from` it is our own account that speaks.
    const from = tryJid(stanza.attrs["from"] ?? stream.account);
    if (query === undefined || from !== query.archive || query.entries.length >= query.max) {
      void emit({ type: "refused", what: "forged-archive-result" }).catch(
        logged("xmpp/archive", "a forged archive result could not be counted"),
      );
      return true;
    }
    const entry = readEntry(result);
    if (entry === null) {
      log.warn("xmpp/archive", "an entry without id, stamp or message was left out", { archive: query.archive });
      return true;
    }
    query.entries.push(readSafely(entry, query.read));
    if (query.entries.length === 1) query.began(entry.archiveId);
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
    const id = randomUUID();
    const entries: ArchiveEntry[] = [];
    let oldest: string | null = null;
    open.set(id, {
      archive: of,
      max: query.max,
      entries,
      read,
      began(first) {
        oldest = first;
        began(first);
      },
    });
    stream.hurry(true);
    try {
      const to = of === stream.account ? {} : { to: of };
      const answer = await stream.request(xml("iq", { type: "set", ...to }, queryElement(id, query)), PAGE_TIMEOUT);
      // Answers are seen ahead of what came in before them, which the page would then seem to be older than.
      await stream.handled();
      return { entries, ...readEnd(answer.getChild("fin", NS_MAM), oldest) };
    } catch (error) {
      if (!(error instanceof NotConnected) || error.fault === null) throw error;
      throw new PageBroke(error.fault, brokenEntry(error.fault.partial, id, read));
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
      ({ message, ...via }) => readMessage(message, { account, via, trustsStanzaIds: false, heldSince: null, rooms }),
      began,
    );
  };

  return {
    name: "archive",
    pageOf,
    early: (stanza) => stanza.is("message") && collect(stanza),
    async online({ resumed }) {
      if (resumed || !(await server.has(NS_MAM))) return;
      // Ahead of presence, also since to a client that reads the archive a server (Prosody) does not
      // send what it kept for later once more, out of its place.
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
          // Only that the server does not know the question is an answer; a server in trouble is not.
          if (error instanceof StanzaError && /^(service-unavailable|feature-not-implemented)$/.test(error.condition))
            return null;
          throw error;
        }
      },
      async setPreference(rule) {
        // The exceptions for single contacts are sent back as they are, or they would be lost (§7.2).
        const now = await preferences();
        const lists = ["always", "never"].map((name) => now?.getChild(name) ?? xml(name));
        await preferences(xml("prefs", { xmlns: NS_MAM, default: rule }, ...lists));
      },
    },
  };
}

function queryElement(id: string, { with: contact, before, until, max }: ArchiveQuery): Element {
  const fields = [
    ...(contact === undefined ? [] : [field("with", contact)]),
    ...(until === undefined ? [] : [field("end", new Date(until).toISOString())]),
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
    // An empty page before some id is the end as well, whatever the server says of it.
    complete:
      fin?.attrs["complete"] === "true" || fin?.attrs["complete"] === "1" || (first === null && oldest === null),
  };
}

/** Null where the server breaks the form: there is nothing to keep, and nothing to be named by. */
function readEntry(result: Element): RawEntry | null {
  const archiveId = shortId(result.attrs["id"]);
  const inner = forwardedIn(result);
  const stamp = readStamp(inner?.forwarded.getChild("delay", "urn:xmpp:delay")?.attrs["stamp"]);
  if (archiveId === null || inner === undefined || stamp === null) return null;
  return { archiveId, stamp, message: inner.message };
}

const entryOf = (entry: RawEntry, read: ReadEntry): ArchiveEntry => ({
  archiveId: entry.archiveId,
  stamp: entry.stamp,
  inbound: read(entry),
});

/** An entry that makes the reading fail is kept as one that could not be read. */
function readSafely(entry: RawEntry, read: ReadEntry): ArchiveEntry {
  try {
    return entryOf(entry, read);
  } catch (error) {
    log.error("xmpp/archive", "an entry could not be read", error);
    markUnreadable(entry.message, "not-handled");
    return entryOf(entry, read);
  }
}

/** The entry of our query in which the stream ended. */
function brokenEntry(partial: Element | null, queryId: string, read: ReadEntry): PageBroke["entry"] {
  const result = partial?.getChild("result", NS_MAM);
  const archiveId = shortId(result?.attrs["id"]);
  if (result === undefined || archiveId === null || result.attrs["queryid"] !== queryId) return null;
  const entry = readEntry(result);
  if (entry !== null) markUnreadable(entry.message, "not-xml");
  return { archiveId, content: entry === null ? null : entryOf(entry, read) };
}
