/**
 * Encrypts the window's own data with AES-256-GCM (NIST SP 800-38D) through WebCrypto. The keys are derived by HKDF
 * (RFC 5869) from the core's cache key. Row names are HMACs, so that the file does not reveal the JID of a chat.
 */
import { fromBase64 } from "../../shared/bytes/base64.ts";
import { log } from "../log.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
/** Bytes of a GCM nonce. */
const NONCE = 12;
type Bytes = Uint8Array<ArrayBuffer>;

export interface Cipher {
  /** The name of a row: 64 hex digits, the same for the same text and key. */
  nameOf(text: string): Promise<string>;
  /** @param name authenticated with the value: a value moved to another row cannot be decrypted */
  encrypt(name: string, text: string): Promise<Bytes>;
  /** Null if the key does not match, or the value was changed or moved. */
  decrypt(name: string, sealed: Bytes): Promise<string | null>;
}

/** @param cacheKey 32 bytes, base64. @throws if it is not that */
export async function openCipher(cacheKey: string): Promise<Cipher> {
  const raw = fromBase64(cacheKey);
  if (raw.length !== 32) throw new Error("the cache key must have 32 bytes");
  const root = await crypto.subtle.importKey("raw", raw, "HKDF", false, ["deriveKey"]);
  const derivation = (use: string) => ({
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: encoder.encode(`jackdaw cache ${use}`),
  });
  const [values, names] = await Promise.all([
    crypto.subtle.deriveKey(derivation("values"), root, { name: "AES-GCM", length: 256 }, false, [
      "encrypt",
      "decrypt",
    ]),
    crypto.subtle.deriveKey(derivation("names"), root, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]),
  ]);
  const algorithm = (nonce: Bytes, name: string) => ({
    name: "AES-GCM",
    iv: nonce,
    additionalData: encoder.encode(name),
  });

  return {
    async nameOf(text) {
      const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", names, encoder.encode(text)));
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    },
    async encrypt(name, text) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
      const encrypted = new Uint8Array(
        await crypto.subtle.encrypt(algorithm(nonce, name), values, encoder.encode(text)),
      );
      const sealed = new Uint8Array(NONCE + encrypted.length);
      sealed.set(nonce);
      sealed.set(encrypted, NONCE);
      return sealed;
    },
    async decrypt(name, sealed) {
      if (sealed.length <= NONCE) return null;
      try {
        const plain = await crypto.subtle.decrypt(algorithm(sealed.slice(0, NONCE), name), values, sealed.slice(NONCE));
        return decoder.decode(plain);
      } catch (error) {
        log.debug("an entry of the cache has another key", error);
        return null;
      }
    },
  };
}
