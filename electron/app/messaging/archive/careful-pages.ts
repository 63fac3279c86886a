/**
 * Gets the reading of an archive past an entry that cannot be taken in: because the stream ends in the middle of it, or
 * because reading or storing it fails. A page that failed twice is read entry by entry; the one entry that fails twice
 * by itself is kept as a message that could not be read, and if that fails as well, left out.
 */
import { log } from "../../../log/log.ts";
import type { ArchiveEntry, ArchivePage } from "../../../model/message.ts";
import { StoreError } from "../../../store/contract/index.ts";
import { NotConnected, PageBroke, RequestTimeout, StanzaError } from "../../../xmpp/stream.ts";

const TWICE = 2;
/** An entry that cannot even be left out: something else is wrong. */
const GIVEN_UP = 5;

/** The entry as one that could not be read; of one that is no message of its own there is only its name and time. */
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

export interface CarefulPages {
  /** Entries are read one by one now. */
  readonly careful: boolean;
  /** @param usual entries of a page in good times @returns how many to ask for */
  size(usual: number): number;
  /** The entries of the page before this id as they are to be taken in. */
  taken(before: string | null, entries: ArchiveEntry[]): ArchiveEntry[];
  /**
   * What to take instead of asking for the page before this id once more; null: ask.
   * @param oldestAt stands for a time that is not known, ms
   */
  instead(before: string | null, oldestAt: number | null): (ArchivePage & { first: string }) | null;
  /** The page before this id could not be had or taken. @returns false when that is no fault of the page */
  failed(before: string | null, error: unknown): boolean;
  /** A page is stored. @param entries that it has */
  passed(entries: number): void;
}

/** True when the page itself is to blame, not the connection, the server or our disk. */
function isFaultOfPage(error: unknown): boolean {
  if (error instanceof PageBroke) return true;
  if (error instanceof NotConnected || error instanceof StanzaError || error instanceof RequestTimeout) return false;
  return !(error instanceof StoreError) || error.code === "internal";
}

/** @param most entries that a page may have @param area of the log */
export function createCarefulPages(most: number, area: string): CarefulPages {
  let at: { before: string | null; failures: number; entry: PageBroke["entry"] } | null = null;
  /** Entries that are still to be read one by one. */
  let left = 0;
  const failures = (before: string | null): number => (at !== null && at.before === before ? at.failures : 0);

  return {
    get careful() {
      return left > 0;
    },
    size: (usual) => (left > 0 ? 1 : usual),
    taken(before, entries) {
      if (left === 0 || failures(before) < TWICE) return entries;
      return entries.map((entry) => {
        log.error(area, "an entry of an archive could not be taken in", { archiveId: entry.archiveId });
        return failures(before) === TWICE ? marked(entry) : leftOut(entry);
      });
    },
    instead(before, oldestAt) {
      const known = left > 0 && failures(before) >= TWICE ? (at?.entry ?? null) : null;
      if (known === null) return null;
      const { archiveId, content } = known;
      return { entries: [content ?? leftOut({ archiveId, stamp: oldestAt ?? 0 })], first: archiveId, complete: false };
    },
    failed(before, error) {
      if (!isFaultOfPage(error)) return false;
      const entry = error instanceof PageBroke ? error.entry : null;
      at = { before, failures: failures(before) + 1, entry: entry ?? (at?.before === before ? at.entry : null) };
      if (left > 0 || at.failures < TWICE) return at.failures < GIVEN_UP;
      left = most;
      at = { before, failures: 0, entry: null };
      return true;
    },
    passed(entries) {
      const wasTheOne = at !== null && at.failures >= TWICE;
      left = wasTheOne ? 0 : Math.max(0, left - entries);
      at = null;
    },
  };
}
