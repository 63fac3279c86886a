/**
 * The content of a `<key/>`: a WhisperMessage or PreKeyWhisperMessage of version 3, parsed far enough to identify it
 * before any work is spent on it. The library's own parser accepts any shape; this one is strict.
 */
import { base64, isPublicKey, owned } from "./bytes.ts";

export interface WhisperMessage {
  kind: "whisper";
  /** Base64 of the sender's ratchet key. */
  chain: string;
  counter: number;
  /** Counter of the last message on the sender's previous chain. */
  previousCounter: number;
  bytes: ArrayBuffer;
}

export interface PreKeyMessage {
  kind: "prekey";
  /** 0: none. */
  preKeyId: number;
  signedPreKeyId: number;
  baseKey: ArrayBuffer;
  identityKey: ArrayBuffer;
  message: WhisperMessage;
}

const VERSION = 0x33;
const MAC = 8;
/** A key with its tag takes 150 bytes, 300 if it begins a session. */
const LARGEST = 4096;

/**
 * Parses the content of a `<key/>`.
 * @param prekey the attribute in the header; some clients omit it, so the other kind is tried as well
 * @returns null if it is neither
 */
export function parseKey(data: Uint8Array, prekey: boolean): WhisperMessage | PreKeyMessage | null {
  if (data.byteLength > LARGEST || data[0] !== VERSION) return null;
  return prekey ? (preKeyMessage(data) ?? whisperMessage(data)) : (whisperMessage(data) ?? preKeyMessage(data));
}

function whisperMessage(data: Uint8Array): WhisperMessage | null {
  if (data[0] !== VERSION || data.byteLength <= 1 + MAC) return null;
  const fields = parseFields(data.subarray(1, -MAC));
  const [ratchetKey, counter, previousCounter, ciphertext] = [
    fields?.get(1),
    fields?.get(2) ?? 0,
    fields?.get(3) ?? 0,
    fields?.get(4),
  ];
  if (!isKey(ratchetKey) || typeof counter !== "number" || typeof previousCounter !== "number") return null;
  if (!(ciphertext instanceof Uint8Array) || ciphertext.byteLength === 0 || ciphertext.byteLength % 16 !== 0)
    return null;
  return { kind: "whisper", chain: base64(ratchetKey), counter, previousCounter, bytes: owned(data) };
}

function preKeyMessage(data: Uint8Array): PreKeyMessage | null {
  const fields = parseFields(data.subarray(1));
  const [preKeyId, baseKey, identityKey, inner, signedPreKeyId] = [
    fields?.get(1) ?? 0,
    fields?.get(2),
    fields?.get(3),
    fields?.get(4),
    fields?.get(6),
  ];
  if (typeof preKeyId !== "number" || typeof signedPreKeyId !== "number" || !isKey(baseKey) || !isKey(identityKey))
    return null;
  const message = inner instanceof Uint8Array ? whisperMessage(inner) : null;
  return (
    message && {
      kind: "prekey",
      preKeyId,
      signedPreKeyId,
      baseKey: owned(baseKey),
      identityKey: owned(identityKey),
      message,
    }
  );
}

const isKey = (field: number | Uint8Array | undefined): field is Uint8Array =>
  field instanceof Uint8Array && isPublicKey(field);

/**
 * Parses a protobuf message into numbers (unsigned, 32 bits) and bytes; the last value of a repeated field wins. Null:
 * malformed.
 */
function parseFields(data: Uint8Array): Map<number, number | Uint8Array> | null {
  const fields = new Map<number, number | Uint8Array>();
  let at = 0;
  /** -1: malformed. */
  const varint = (): number => {
    let value = 0;
    for (let index = 0; index < 10 && at < data.length; index++) {
      const byte = data[at++]!;
      if (index < 5) value = (value | ((byte & 0x7f) << (index * 7))) >>> 0;
      if (byte < 0x80) return value;
    }
    return -1;
  };
  while (at < data.length) {
    const tag = varint();
    if (tag === -1 || tag >>> 3 === 0) return null;
    if ((tag & 7) === 0) {
      const value = varint();
      if (value === -1) return null;
      fields.set(tag >>> 3, value);
    } else if ((tag & 7) === 2) {
      const length = varint();
      if (length === -1 || length > data.length - at) return null;
      fields.set(tag >>> 3, data.subarray(at, at + length));
      at += length;
    } else return null;
  }
  return fields;
}
