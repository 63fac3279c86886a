/**
 * Gets past an archive entry that cannot be stored, because the stream ends in the middle of it, or because reading or
 * storing it fails. After a page has failed twice it is read entry by entry. An entry that fails twice by itself is
 * kept as an unreadable message; if that fails as well, it is skipped.
 */
import { log } from "../../../log/log.ts";
import type { ArchiveEntry, ArchivePage } from "../../../model/message.ts";
import { StoreError } from "../../../store/contract/index.ts";
import { NotConnected, BrokenPage, RequestTimeout, StanzaError } from "../../../xmpp/stream.ts";

const TWICE = 2;
/** Number of failures after which even skipping the entry has not helped: something else is wrong. */
const GIVEN_UP = 5;

/** The entry as an unreadable message. If it is not a message of its own, only its id and time are kept. */
function marked({ inbound, ...entry }: ArchiveEntry): ArchiveEntry {
  const isMessage = inbound !== null && /^(text|unreadable|tombstone)$/.test(inbound.payload.kind);
  const payload = { kind: "unreadable", reason: "not-handled" } as const;
  return { ...entry, inbound: isMessage ? { ...inbound, encrypted: null, payload } : null };
}
const leftOut = ({ archiveId, stamp }: Omit<ArchiveEntry, "inbound">): ArchiveEntry => ({
  archiveId,
  stamp,
  inbound: null,
});

export interface PageRecovery {
  /** Entries are read one by one now. */
  readonly isEntryByEntry: boolean;
  /** @param usual entries of a page without failures @returns number of entries to request */
  size(usual: number): number;
  /** Entries of the page before this id, in the form in which they can be stored. */
  storable(before: string | null, entries: ArchiveEntry[]): ArchiveEntry[];
  /**
   * A substitute for another request of the page before this id; null: request it.
   * @param oldestAt replaces an unknown time, ms
   */
  substitute(before: string | null, oldestAt: number | null): (ArchivePage & { first: string }) | null;
  /** The page before this id could not be fetched or stored. @returns false if the page is not to blame */
  failed(before: string | null, error: unknown): boolean;
  /** A page is stored. @param entries number of entries in it */
  stored(entries: number): void;
}

/** True if the page itself is to blame, not the connection, the server or our disk. */
function isFaultOfPage(error: unknown): boolean {
  if (error instanceof BrokenPage) return true;
  if (error instanceof NotConnected || error instanceof StanzaError || error instanceof RequestTimeout) return false;
  return !(error instanceof StoreError) || error.code === "internal";
}

/** @param most maximum entries of a page @param area area of log messages */
export function createPageRecovery(most: number, area: string): PageRecovery {
  let at: { before: string | null; failures: number; entry: BrokenPage["entry"] } | null = null;
  /** Entries that remain to be read one by one. */
  let left = 0;
  const failures = (before: string | null): number => (at !== null && at.before === before ? at.failures : 0);

  return {
    get isEntryByEntry() {
      return left > 0;
    },
    size: (usual) => (left > 0 ? 1 : usual),
    storable(before, entries) {
      if (left === 0 || failures(before) < TWICE) return entries;
      return entries.map((entry) => {
        log.error(area, "an entry of an archive could not be stored", { archiveId: entry.archiveId });
        return failures(before) === TWICE ? marked(entry) : leftOut(entry);
      });
    },
    substitute(before, oldestAt) {
      const known = left > 0 && failures(before) >= TWICE ? (at?.entry ?? null) : null;
      if (known === null) return null;
      const { archiveId, content } = known;
      return { entries: [content ?? leftOut({ archiveId, stamp: oldestAt ?? 0 })], first: archiveId, complete: false };
    },
    failed(before, error) {
      if (!isFaultOfPage(error)) return false;
      const entry = error instanceof BrokenPage ? error.entry : null;
      at = { before, failures: failures(before) + 1, entry: entry ?? (at?.before === before ? at.entry : null) };
      if (left > 0 || at.failures < TWICE) return at.failures < GIVEN_UP;
      left = most;
      at = { before, failures: 0, entry: null };
      return true;
    },
    stored(entries) {
      const wasTheOne = at !== null && at.failures >= TWICE;
      left = wasTheOne ? 0 : Math.max(0, left - entries);
      at = null;
    },
  };
}
