/**
 * The container of a backup file: a header, then chunks that are encrypted one by one.
 *
 * Header, 60 bytes: `jackdaw backup\n`; the version; log2 N, r and p of scrypt and a zero; 16 bytes of salt; the first
 * 8 bytes of the SHA-256 of all that, which distinguish damage from a wrong passphrase; 16 bytes of an HMAC-SHA-256
 * over all that, which verify the passphrase. The key is derived with scrypt (RFC 7914): every Node and Electron has
 * it natively and off the event loop, at 0.4 s for 128 MiB. Argon2id is available in JavaScript only and takes twice
 * the time for half the memory.
 *
 * Chunks: 64 KiB each, the last one shorter, AES-256-GCM. The nonce is the number of the chunk and a flag for the last
 * one (the STREAM construction), so that omitted, moved, repeated and truncated chunks are detected. Every chunk
 * authenticates the header. A key encrypts one file only, because the salt is random.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from "node:crypto";

export type BackupFault = "not-a-backup" | "newer-backup" | "wrong-passphrase" | "damaged-backup";

export class BackupError extends Error {
  readonly code: BackupFault;
  constructor(code: BackupFault, message: string) {
    super(message);
    this.name = "BackupError";
    this.code = code;
  }
}

/** Cost of scrypt: log2 N, block size, parallelism. */
export interface Cost {
  logN: number;
  r: number;
  p: number;
}

export const COST: Cost = { logN: 17, r: 8, p: 1 };
/** Plaintext bytes of a chunk. */
export const CHUNK = 64 * 1024;
const TAG = 16;
export const ENCRYPTED_CHUNK = CHUNK + TAG;

const MAGIC = Buffer.from("jackdaw backup\n");
const VERSION = 1;
export const HEADER = 60;
/** Maximum cost that a file may demand: 1 GiB of memory and four passes. */
const MOST = { logN: 20, r: 32, p: 4, memory: 2 ** 30 };

/** Encrypts and decrypts the chunks of one file. */
export interface Keys {
  encrypt(plain: Uint8Array, number: number, isLast: boolean): Buffer;
  /** @throws {BackupError} `damaged-backup` if the chunk was changed or is not the one with this number */
  decrypt(sealed: Uint8Array, number: number, isLast: boolean): Buffer;
}

/** Creates a header and its keys. @param cost lower only in tests */
export async function createHeader(passphrase: string, cost: Cost = COST): Promise<{ header: Buffer; keys: Keys }> {
  const start = Buffer.concat([MAGIC, Buffer.from([VERSION, cost.logN, cost.r, cost.p, 0]), randomBytes(16)]);
  const summed = Buffer.concat([start, checksum(start)]);
  const derived = await derive(passphrase, start.subarray(20), cost);
  const header = Buffer.concat([summed, proof(derived, summed)]);
  return { header, keys: keysOf(derived, header) };
}

/**
 * @param header the first `HEADER` bytes of a file, or all bytes of a shorter one
 * @throws {BackupError}
 */
export async function openHeader(header: Uint8Array, passphrase: string): Promise<Keys> {
  const bytes = Buffer.from(header);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw new BackupError("not-a-backup", "it does not begin like a backup");
  const version = bytes[15] ?? 0;
  if (version > VERSION) throw new BackupError("newer-backup", `version ${version} of the format`);
  const summed = bytes.subarray(0, 44);
  if (bytes.length < HEADER || version !== VERSION || !summed.subarray(36).equals(checksum(summed.subarray(0, 36)))) {
    throw new BackupError("damaged-backup", "the header is damaged");
  }
  const cost = { logN: bytes[16]!, r: bytes[17]!, p: bytes[18]! };
  const isBearable =
    cost.logN >= 1 && cost.r >= 1 && cost.p >= 1 && cost.logN <= MOST.logN && cost.r <= MOST.r && cost.p <= MOST.p;
  if (!isBearable || memoryOf(cost) > MOST.memory)
    throw new BackupError("damaged-backup", "it asks for more than a backup may");
  const derived = await derive(passphrase, summed.subarray(20, 36), cost);
  if (!timingSafeEqual(bytes.subarray(44, HEADER), proof(derived, summed)))
    throw new BackupError("wrong-passphrase", "the passphrase does not fit");
  return keysOf(derived, bytes.subarray(0, HEADER));
}

const checksum = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest().subarray(0, 8);
const proof = (derived: Buffer, bytes: Uint8Array): Buffer =>
  createHmac("sha256", derived.subarray(0, 32)).update(bytes).digest().subarray(0, 16);
const memoryOf = ({ logN, r }: Cost): number => 128 * r * 2 ** logN;

/** @returns 32 bytes for the passphrase check and 32 for the chunks */
function derive(passphrase: string, salt: Uint8Array, { logN, r, p }: Cost): Promise<Buffer> {
  // Keyboards compose characters differently; Unicode normalization form KC makes the passphrase the same.
  const text = passphrase.normalize("NFKC");
  const options = { N: 2 ** logN, r, p, maxmem: 2 * memoryOf({ logN, r, p }) + 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, 64, options, (error, derived) => (error === null ? resolve(derived) : reject(error)));
  });
}

function keysOf(derived: Buffer, header: Buffer): Keys {
  const key = derived.subarray(32);
  function nonce(number: number, isLast: boolean): Buffer {
    const bytes = Buffer.alloc(12);
    bytes.writeUIntBE(number, 5, 6);
    bytes[11] = isLast ? 1 : 0;
    return bytes;
  }
  return {
    encrypt(plain, number, isLast) {
      const cipher = createCipheriv("aes-256-gcm", key, nonce(number, isLast)).setAAD(header);
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(sealed, number, isLast) {
      if (sealed.length <= TAG) throw new BackupError("damaged-backup", `chunk ${number} is cut off`);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce(number, isLast), { authTagLength: TAG }).setAAD(
        header,
      );
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
      const plain = decipher.update(sealed.subarray(0, sealed.length - TAG));
      try {
        decipher.final();
      } catch {
        throw new BackupError("damaged-backup", `chunk ${number} was changed, or is missing its end`);
      }
      return plain;
    },
  };
}
