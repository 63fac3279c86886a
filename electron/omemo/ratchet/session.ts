/**
 * Our representation of a session with a device: the state of the Double Ratchet, §3.2 of its specification. Sessions
 * are immutable values, so a failed step leaves the session unchanged.
 */
import type { SkippedKeys } from "./skipped.ts";

export interface KeyPairBuffers {
  pubKey: ArrayBuffer;
  privKey: ArrayBuffer;
}

/** The messages in one direction under one ratchet key. */
export interface SendingChain {
  key: ArrayBuffer;
  /** Counter of the last message; -1 before the first. */
  counter: number;
}

export interface ReceivingChain {
  /** Base64 of the peer's ratchet key, which every message of this chain contains. */
  name: string;
  /** Null: all message keys of the chain are derived. */
  key: ArrayBuffer | null;
  /** The highest counter with a derived key; -1 before the first. */
  counter: number;
  /** The last counter that the peer used, known from the header of their next chain. */
  end: number | null;
  skipped: SkippedKeys;
  /** Skipped keys up to this counter may have been dropped; -1: none were. */
  lost: number;
}

export interface Session {
  /** Identifies the session: the base key of its X3DH. */
  baseKey: ArrayBuffer;
  /** True: we began the session, false: the peer did. */
  ours: boolean;
  identityKey: ArrayBuffer;
  rootKey: ArrayBuffer;
  /** Our own ratchet key. */
  ratchet: KeyPairBuffers;
  /** The peer's newest ratchet key. */
  theirRatchetKey: ArrayBuffer;
  /** Counter of the last message on our previous chain. */
  previousCounter: number;
  /** Sent with each message until the peer has answered, so that the peer can begin the session. */
  pending: { baseKey: ArrayBuffer; preKeyId: number; signedKeyId: number } | null;
  /** Time of its newest message, ms. */
  usedAt: number;
  sending: SendingChain | null;
  /** Oldest first. */
  receiving: readonly ReceivingChain[];
}

/** All sessions with a device: the active one first, the others by last use, newest first. */
export type SessionRecord = readonly Session[];

/** The maximum gap between two messages, and the maximum number of skipped keys in a record. */
export const SKIPPED_MAX = 25_000;
const SESSIONS_MAX = 40;
/** Old chains distinguish a repeated message from an undecryptable one. */
const CHAINS_MAX = 40;

/** Applies the limits after a decryption: drops old chains, and the oldest skipped keys above the limit. */
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
 * Replaces or adds a session in a record. It becomes the active one unless another was used after it, so an old message
 * from the archive does not reactivate its session.
 * @param now ms; later times of use are taken as this one, because the clock may have been wrong
 */
export function withSession(record: SessionRecord, session: Session, now: number): SessionRecord {
  const others = record.filter((one) => one.baseKey !== session.baseKey);
  const [open, ...older] = others;
  if (open === undefined || session.usedAt >= Math.min(open.usedAt, now)) return limited([session, ...others]);
  return limited([open, ...[session, ...older].sort((a, b) => b.usedAt - a.usedAt)]);
}

/** Limits the skipped keys over all sessions; drops older sessions that exceed the limit. */
function limited(record: SessionRecord): SessionRecord {
  let room = SKIPPED_MAX;
  return record.slice(0, SESSIONS_MAX).filter(({ receiving }, index) => {
    const size = receiving.reduce((sum, { skipped }) => sum + skipped.size, 0);
    const fits = index === 0 || size <= room;
    if (fits) room -= size;
    return fits;
  });
}
