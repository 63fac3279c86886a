/**
 * Gets the reading of an archive past an entry that cannot be taken in: because the stream ends in the middle of it, or
 * because reading or storing it fails. A page that failed twice is read entry by entry; the one entry that fails twice by
 * itself is kept as a message that could not be read, and if that fails as well, left out.
 */
import { StoreError } from "../store/contract.ts";
import { NotConnected, PageBroke, RequestTimeout, StanzaError } from "../xmpp/ports.ts";

const TWICE = 2;
/** An entry that cannot even be left out: something else is wrong. */
const GIVEN_UP = 5;

/** How the entries of the page are to be taken: as they are, as ones that could not be read, or not at all. */
export type Taking = "whole" | "marked" | "left-out";

export interface CarefulPages {
  /** Entries are read one by one now. */
  readonly careful: boolean;
  /** @param before where the page ends @param usual entries of a page in good times @returns how many to ask for */
  size(before: string | null, usual: number): number;
  taking(before: string | null): Taking;
  /** What to take instead of asking for the entry before this id once more; null: ask. */
  instead(before: string | null): PageBroke["entry"];
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

/** @param most entries that a page may have */
export function createCarefulPages(most: number): CarefulPages {
  let at: { before: string | null; failures: number; entry: PageBroke["entry"] } | null = null;
  /** Entries that are still to be read one by one. */
  let left = 0;
  const failures = (before: string | null): number => (at !== null && at.before === before ? at.failures : 0);

  return {
    get careful() {
      return left > 0;
    },
    size: (_before, usual) => (left > 0 ? 1 : usual),
    taking: (before) => (left === 0 || failures(before) < TWICE ? "whole" : failures(before) === TWICE ? "marked" : "left-out"),
    instead: (before) => (left > 0 && failures(before) >= TWICE ? (at?.entry ?? null) : null),
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
