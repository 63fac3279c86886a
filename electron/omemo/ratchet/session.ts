/**
 * A session with a device as we hold it: the state of the Double Ratchet, §3.2 of its specification. Sessions are
 * values; nothing here is ever changed in place, so whatever fails leaves the session where it was.
 */
import type { SkippedKeys } from "./skipped.ts";

export interface KeyPairBuffers {
  pubKey: ArrayBuffer;
  privKey: ArrayBuffer;
}

/** Messages in one direction under one ratchet key. */
export interface SendingChain {
  key: ArrayBuffer;
  /** Of the last message; -1 before the first. */
  counter: number;
}

export interface ReceivingChain {
  /** Base64 of their ratchet key, which every message of this chain names. */
  name: string;
  /** Null: all its message keys were made. */
  key: ArrayBuffer | null;
  /** The highest whose key was made; -1 before the first. */
  counter: number;
  /** The last one that they sent, once their next chain has told us. */
  end: number | null;
  skipped: SkippedKeys;
  /** Keys up to this counter may have been given up; -1: none were. */
  lost: number;
}

export interface Session {
  /** What names a session: the key that its X3DH began with. */
  baseKey: ArrayBuffer;
  /** We began it. */
  ours: boolean;
  identityKey: ArrayBuffer;
  rootKey: ArrayBuffer;
  /** Our own ratchet key. */
  ratchet: KeyPairBuffers;
  /** Their newest ratchet key. */
  theirRatchetKey: ArrayBuffer;
  /** How many we sent on the chain before, less one. */
  previousCounter: number;
  /** Until they have answered, each message of ours begins the session for them. */
  pending: { baseKey: ArrayBuffer; preKeyId: number; signedKeyId: number } | null;
  /** Of the newest message in it, ms. */
  usedAt: number;
  sending: SendingChain | null;
  /** Oldest first. */
  receiving: readonly ReceivingChain[];
}

/** All sessions with a device: the first is the one that we write in, then by when they were used, newest first. */
export type SessionRecord = readonly Session[];

/** How far ahead of the last message one may be, and how many keys a record keeps for those that did not come. */
export const SKIPPED_MAX = 25_000;
const SESSIONS_MAX = 40;
/** Old chains tell a message that comes again from one that cannot be read. */
const CHAINS_MAX = 40;

/** Of a session, after a message was decrypted: old chains go, and the oldest skipped keys above the limit. */
export function pruned(session: Session): Session {
  let receiving = session.receiving.slice(-CHAINS_MAX);
  let over = receiving.reduce((sum, { skipped }) => sum + skipped.size, 0) - SKIPPED_MAX;
  if (over > 0) {
    receiving = receiving.map((chain) => {
      const gone = Math.min(Math.max(over, 0), chain.skipped.size);
      over -= gone;
      return gone === 0
        ? chain
        : { ...chain, lost: chain.skipped.counters[gone - 1]!, skipped: chain.skipped.withoutOldest(gone) };
    });
  }
  return { ...session, receiving };
}

/**
 * A record with a session in a new state, or a new one. It becomes the one that we write in unless another was used
 * after it: what the archive brings of an old session does not bring the old session back.
 * @param now ms; a session cannot have been used later than that, whatever the clock said then
 */
export function withSession(record: SessionRecord, session: Session, now: number): SessionRecord {
  const others = record.filter((one) => one.baseKey !== session.baseKey);
  const [open, ...older] = others;
  if (open === undefined || session.usedAt >= Math.min(open.usedAt, now)) return limited([session, ...others]);
  return limited([open, ...[session, ...older].sort((a, b) => b.usedAt - a.usedAt)]);
}

/** The keys of skipped messages are bounded over all sessions; an older one for which there is no room goes. */
function limited(record: SessionRecord): SessionRecord {
  let room = SKIPPED_MAX;
  return record.slice(0, SESSIONS_MAX).filter(({ receiving }, index) => {
    const size = receiving.reduce((sum, { skipped }) => sum + skipped.size, 0);
    const fits = index === 0 || size <= room;
    if (fits) room -= size;
    return fits;
  });
}
