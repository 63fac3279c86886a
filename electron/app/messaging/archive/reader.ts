/**
 * Requests pages of one archive (XEP-0313), ours or a room's, decrypts them, and stores each together with its span.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { Position } from "../../../../shared/model/message.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { ArchivePage, Decrypted, Inbound } from "../../../model/message.ts";
import type { ArchivePageResult, ArchiveState, Store } from "../../../store/contract/index.ts";
import type { ArchiveQuery } from "../../../xmpp/intents.ts";
import { StanzaError } from "../../../xmpp/stream.ts";
import { isUnreadable, type Decrypt } from "../../omemo/decrypt.ts";
import { devicesUsed } from "../../omemo/last-used.ts";

/** Servers round stamps to the second, so a query by time asks for one second more and drops known messages. */
export const SECOND = 1_000;

interface Ports {
  store: Store;
  decrypt: Pick<Decrypt, "page">;
  /** The archive's owner; null: our own account. */
  archive: BareJid | null;
  /** As `ArchiveIntents.page`. */
  page(query: ArchiveQuery, began?: (first: string) => void): Promise<ArchivePage>;
  /** Converts a message to the form in which it is stored. */
  kept?(inbound: Decrypted): Decrypted;
}

export interface RequestedPage {
  page: ArchivePage;
  /** The archive no longer knew our ids. */
  archiveChanged: boolean;
}

/** The place of a page; see `archive.page` of the store. */
export interface PageTarget {
  span: number;
  /** The oldest id of the span when the page was requested. */
  askedBefore: string | null;
  /** It must contain the newest message of the session. */
  meets?: boolean;
  peer: { jid: BareJid; position: Position } | null;
  archiveChanged: boolean;
  newFrom: number;
}

export interface StoredPage extends Omit<ArchivePageResult, "fresh"> {
  /** New, unread and readable messages: one that cannot be read does not count as received. */
  fresh: Inbound[];
}

export interface ArchiveReader {
  state(): Promise<ArchiveState | null>;
  /** @throws as `ArchiveIntents.page`, except that a page before an unknown id is requested by time */
  request(query: ArchiveQuery, oldestAt: number | null, began?: (first: string) => void): Promise<RequestedPage>;
  /** Stores a page, or nothing if it is `stale`. */
  store(page: ArchivePage, where: PageTarget): Promise<StoredPage>;
}

/** Another session began while the page was requested, or the page above it was not stored: no ratchet may advance. */
class Stale extends Error {
  readonly result: ArchivePageResult;
  constructor(result: ArchivePageResult) {
    super("the span is gone");
    this.result = result;
  }
}

export function archiveReader(
  account: AccountId,
  { store, decrypt, archive, page: request, kept = (inbound) => inbound }: Ports,
): ArchiveReader {
  return {
    state: () => store.read("archive.state", { account, archive }),
    async request(query, oldestAt, began) {
      try {
        return { page: await request(query, began), archiveChanged: false };
      } catch (error) {
        if (!(error instanceof StanzaError) || error.condition !== "item-not-found" || query.before === null)
          throw error;
        const until = oldestAt === null ? {} : { until: oldestAt + SECOND };
        return { page: await request({ ...query, before: null, ...until }), archiveChanged: true };
      }
    },
    async store({ entries: found, first, complete }, where) {
      const unreadable = new Set<string>();
      try {
        const result = await decrypt.page(found, async (decrypted, changes) => {
          const now = Date.now();
          const entries = decrypted.map((entry) =>
            entry.inbound === null ? entry : { ...entry, inbound: kept(entry.inbound) },
          );
          for (const { archiveId, inbound } of entries)
            if (inbound !== null && isUnreadable(inbound.protection)) unreadable.add(archiveId);
          const used = devicesUsed(
            account,
            entries.map(({ inbound }) => inbound),
            now,
          );
          const [done] = await store.write(
            { op: "archive.page", args: { account, archive, entries, changes, now, first, complete, ...where } },
            ...used,
          );
          if (done.stale) throw new Stale(done);
          return done;
        });
        const isFresh = new Set(result.fresh.filter((archiveId) => !unreadable.has(archiveId)));
        return {
          ...result,
          fresh: found.flatMap(({ archiveId, inbound }) =>
            inbound !== null && isFresh.has(archiveId) ? [inbound] : [],
          ),
        };
      } catch (error) {
        if (error instanceof Stale) return { ...error.result, fresh: [] };
        throw error;
      }
    },
  };
}
