/** Pages of one archive (XEP-0313), ours or a room's: asked for, decrypted, and stored with the span they belong to. */
import type { BareJid } from "../../../../shared/jid.ts";
import type { Position } from "../../../../shared/model/message.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { ArchivePage, Decrypted, Inbound } from "../../../model/message.ts";
import type { ArchivePageResult, ArchiveState, Store } from "../../../store/contract/index.ts";
import type { ArchiveQuery } from "../../../xmpp/intents.ts";
import { StanzaError } from "../../../xmpp/stream.ts";
import { isUnreadable, type Decrypt } from "../../omemo/decrypt.ts";
import { devicesUsed } from "../../omemo/last-used.ts";

/** Servers round stamps to the second: by time we ask for one second more, and drop what is held. */
export const SECOND = 1_000;

interface Ports {
  store: Store;
  decrypt: Pick<Decrypt, "page">;
  /** Whose archive; null: our own. */
  archive: BareJid | null;
  /** As `ArchiveIntents.page`. */
  page(query: ArchiveQuery, began?: (first: string) => void): Promise<ArchivePage>;
  /** A message as it is kept. */
  kept?(inbound: Decrypted): Decrypted;
}

export interface Answer {
  page: ArchivePage;
  /** The archive did not know our ids any more. */
  archiveChanged: boolean;
}

/** Where a page belongs; see `archive.page` of the store. */
export interface Where {
  span: number;
  /** The oldest id of the span when the page was asked for. */
  askedBefore: string | null;
  peer: { jid: BareJid; position: Position } | null;
  archiveChanged: boolean;
  newFrom: number;
}

export interface Taken extends Omit<ArchivePageResult, "fresh"> {
  /** New, unread, and readable: a message that nobody can read has not arrived. */
  fresh: Inbound[];
}

export interface ArchiveReader {
  state(): Promise<ArchiveState | null>;
  /** @throws as `ArchiveIntents.page`, but a page that begins with an unknown id is asked for by time */
  ask(query: ArchiveQuery, oldestAt: number | null, began?: (first: string) => void): Promise<Answer>;
  /** Stores a page; nothing of one that is `stale`. */
  take(page: ArchivePage, where: Where): Promise<Taken>;
}

/** Another session began while a page was on its way, or the page above it was not stored: no ratchet may move. */
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
    async ask(query, oldestAt, began) {
      try {
        return { page: await request(query, began), archiveChanged: false };
      } catch (error) {
        if (!(error instanceof StanzaError) || error.condition !== "item-not-found" || query.before === null)
          throw error;
        const until = oldestAt === null ? {} : { until: oldestAt + SECOND };
        return { page: await request({ ...query, before: null, ...until }), archiveChanged: true };
      }
    },
    async take({ entries: found, first, complete }, where) {
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
