/** Files shared in messages. The address and the key of a file never leave the core. */

/** A file shared in a message, as the network describes it. Hostile, but checked for size and shape. */
export interface SharedFile {
  /** Tells the files of a message apart (XEP-0447 §4.2); undefined: the author gave it none. */
  id?: string | undefined;
  /** As given, at most 1,024 UTF-16 units; `shared/files/file-name.ts` makes it safe to show and to save. */
  name: string | null;
  /** Bytes. */
  size: number | null;
  /** `type/subtype` in lower case, without parameters (RFC 6838 §4.2). */
  mediaType: string | null;
  /** Pixels. */
  width: number | null;
  height: number | null;
  /** Of sound and video, ms. */
  duration: number | null;
  /** `attachment`: the author wants it to be fetched and shown only on request (XEP-0447 §3.2). */
  disposition: "inline" | "attachment";
  /** A data: URI of a ThumbHash or BlurHash. */
  thumbnail: string | null;
  /** Of the decrypted content. */
  hashes: readonly FileHash[];
  /** Those of the message itself, in the author's order of preference; empty: none yet, or none that we know. */
  sources: readonly FileSource[];
  /** Those that the author attached later (XEP-0447 §3.3), in the order of arrival. */
  attached?: readonly FileSource[] | undefined;
}

/** All places that the file can be fetched from, at most `MOST_SOURCES` of both kinds. */
export const allSources = ({ sources, attached = [] }: Pick<SharedFile, "sources" | "attached">): FileSource[] => [
  ...sources,
  ...attached,
];

/** Sources for a file of another message (XEP-0447 §3.3). `file`: its id; undefined: it has none. */
export interface AttachedSources {
  file?: string;
  /** At least one. */
  sources: readonly FileSource[];
}

/** `value`: base64 (XEP-0300). */
export interface FileHash {
  algorithm: HashAlgorithm;
  value: string;
}
export type HashAlgorithm = "sha-256" | "sha-384" | "sha-512" | "sha3-256" | "sha3-512" | "blake2b-256" | "blake2b-512";

/** `url`: https; http is kept but never fetched. `key`: null if the file is stored in plaintext. */
export interface FileSource {
  url: string;
  key: FileKey | null;
}

/**
 * `aes-256-gcm-tagged`: a link of XEP-0454, whose file ends with the authentication tag. The others are the ciphers of
 * XEP-0448 §4, with which the tag may be missing.
 */
export interface FileKey {
  cipher: "aes-256-gcm-tagged" | "aes-128-gcm" | "aes-256-gcm" | "aes-256-cbc";
  /** Hex. */
  key: string;
  iv: string;
}
