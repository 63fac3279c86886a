/** The stored format of sessions: compact, and a session is encoded again only after it changed. */
import { joined, owned, view } from "./ratchet/bytes.ts";
import type { ReceivingChain, Session, SessionRecord } from "./ratchet/session.ts";
import { SkippedKeys } from "./ratchet/skipped.ts";

const VERSION = 1;
const PUBLIC = 33;
const PRIVATE = 32;

/** Sessions and chains are immutable, so their encoding can be cached. */
const written = new WeakMap<Session | ReceivingChain, Uint8Array>();

/** @returns some hundred bytes for each session, 33 for each skipped key */
export function encodeRecord(record: SessionRecord): Uint8Array {
  return joined(Uint8Array.of(VERSION), varint(record.length), ...record.map(encodeSession));
}

/** @throws {RangeError} if `encodeRecord` did not write it */
export function decodeRecord(bytes: Uint8Array): SessionRecord {
  const from = new Reader(bytes);
  if (from.byte() !== VERSION) throw new RangeError("a session record of another version");
  const record = Array.from({ length: from.count() }, () => decodeSession(from));
  from.end();
  return record;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function once<T extends Session | ReceivingChain>(value: T, encode: (value: T) => Uint8Array): Uint8Array {
  let bytes = written.get(value);
  if (bytes === undefined) {
    bytes = encode(value);
    written.set(value, bytes);
  }
  return bytes;
}

const encodeSession = (session: Session): Uint8Array =>
  once(session, () => {
    const { pending, sending, ratchet, receiving } = session;
    const flags = (session.ours ? 1 : 0) | (pending === null ? 0 : 2) | (sending === null ? 0 : 4);
    const parts: Uint8Array[] = [Uint8Array.of(flags)];
    for (const key of [
      session.baseKey,
      session.identityKey,
      session.theirRatchetKey,
      ratchet.pubKey,
      ratchet.privKey,
      session.rootKey,
    ]) {
      parts.push(view(key));
    }
    parts.push(varint(session.previousCounter), varint(Math.max(0, Math.round(session.usedAt))));
    if (pending !== null) parts.push(view(pending.baseKey), varint(pending.preKeyId), varint(pending.signedKeyId));
    if (sending !== null) parts.push(view(sending.key), varint(sending.counter + 1));
    return joined(...parts, varint(receiving.length), ...receiving.map(encodeChain));
  });

const encodeChain = (chain: ReceivingChain): Uint8Array =>
  once(chain, ({ name, key, counter, end, skipped, lost }) => {
    const flags = (key === null ? 0 : 1) | (end === null ? 0 : 2);
    const parts: Uint8Array[] = [
      Uint8Array.of(flags),
      Buffer.from(name, "base64"),
      varint(counter + 1),
      varint(lost + 1),
    ];
    if (key !== null) parts.push(view(key));
    if (end !== null) parts.push(varint(end));
    parts.push(varint(skipped.size));
    let before = -1;
    for (const one of skipped.counters) {
      parts.push(varint(one - before - 1));
      before = one;
    }
    return joined(...parts, skipped.keys);
  });

function decodeSession(from: Reader): Session {
  const flags = from.byte();
  const [baseKey, identityKey, theirRatchetKey, pubKey] = [
    from.key(PUBLIC),
    from.key(PUBLIC),
    from.key(PUBLIC),
    from.key(PUBLIC),
  ];
  const [privKey, rootKey] = [from.key(PRIVATE), from.key(PRIVATE)];
  const [previousCounter, usedAt] = [from.varint(), from.varint()];
  const pending =
    (flags & 2) === 0 ? null : { baseKey: from.key(PUBLIC), preKeyId: from.varint(), signedKeyId: from.varint() };
  const sending = (flags & 4) === 0 ? null : { key: from.key(PRIVATE), counter: from.varint() - 1 };
  const receiving = Array.from({ length: from.count() }, () => decodeChain(from));
  const ours = (flags & 1) !== 0;
  return {
    baseKey,
    ours,
    identityKey,
    theirRatchetKey,
    ratchet: { pubKey, privKey },
    rootKey,
    previousCounter,
    usedAt,
    pending,
    sending,
    receiving,
  };
}

function decodeChain(from: Reader): ReceivingChain {
  const flags = from.byte();
  const name = Buffer.from(from.bytes(PUBLIC)).toString("base64");
  const [counter, lost] = [from.varint() - 1, from.varint() - 1];
  const key = (flags & 1) === 0 ? null : from.key(PRIVATE);
  const end = (flags & 2) === 0 ? null : from.varint();
  let before = -1;
  const counters = Uint32Array.from({ length: from.count() }, () => (before += from.varint() + 1));
  const keys = Uint8Array.from(from.bytes(counters.length * PRIVATE));
  return {
    name,
    key,
    counter,
    end,
    lost,
    skipped: counters.length === 0 ? SkippedKeys.none : new SkippedKeys(counters, keys),
  };
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bytes(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new RangeError("a session record that is cut off");
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }

  key(length: number): ArrayBuffer {
    return owned(this.bytes(length));
  }

  byte(): number {
    return this.bytes(1)[0]!;
  }

  varint(): number {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
      if (factor > 2 ** 49) throw new RangeError("a session record with a number that is too large");
    }
  }

  /** A number of items that each take at least one byte. */
  count(): number {
    const count = this.varint();
    if (count > this.#bytes.length - this.#at) throw new RangeError("a session record that is cut off");
    return count;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError("a session record with something behind it");
  }
}
