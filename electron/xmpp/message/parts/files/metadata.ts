/** The description of a shared file (XEP-0446 §2), with its hashes (XEP-0300 §3) and thumbnails (XEP-0264 §4). */
import type { Element } from "@xmpp/xml";
import { fileKind } from "../../../../../shared/files/file-kind.ts";
import type { FileHash, HashAlgorithm, SharedFile } from "../../../../model/file.ts";

const NS_HASHES = "urn:xmpp:hashes:2";
const NS_THUMBS = "urn:xmpp:thumbs:1";
const MOST_NAME = 1_024;
const MOST_PIXELS_OF_A_SIDE = 65_535;
/** A week, ms. */
const LONGEST = 7 * 24 * 60 * 60_000;
/** Maximum number of hashes and thumbnails that are looked at. */
const MOST = 16;
/** A thumbnail is of about 25 bytes (ThumbHash) or 30 characters (BlurHash). */
const MOST_THUMBNAIL = 300;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const THUMBNAIL = /^data:image\/(?:(thumbhash)(?:;base64)?,([A-Za-z0-9+/%=_-]+)|(blurhash),([\x21-\x7e]+))$/;
const BLURHASH = /^[0-9A-Za-z#$%*+,.:;=?@[\]^_{|}~-]{6,200}$/;

/** Bytes of each hash that counts. SHA-1 and MD5 prove nothing (XEP-0414 §4). */
const HASHES: ReadonlyMap<string, { algorithm: HashAlgorithm; bytes: number }> = new Map([
  ["sha-256", { algorithm: "sha-256", bytes: 32 }],
  ["sha-384", { algorithm: "sha-384", bytes: 48 }],
  ["sha-512", { algorithm: "sha-512", bytes: 64 }],
  ["sha3-256", { algorithm: "sha3-256", bytes: 32 }],
  ["sha3-512", { algorithm: "sha3-512", bytes: 64 }],
  ["blake2b-256", { algorithm: "blake2b-256", bytes: 32 }],
  ["blake2b-512", { algorithm: "blake2b-512", bytes: 64 }],
  ["id-blake2b256", { algorithm: "blake2b-256", bytes: 32 }],
  ["id-blake2b512", { algorithm: "blake2b-512", bytes: 64 }],
]);

export type Metadata = Omit<SharedFile, "sources">;

/**
 * Of elements that must not be there twice the first counts; a value that is none is unknown.
 * @param file `<file/>` of XEP-0446, or of XEP-0234 as in XEP-0385
 * @param disposition as the author says; unknown: what a player or viewer shows is inline
 */
export function readMetadata(file: Element, disposition?: unknown): Metadata {
  const name = file.getChildText("name");
  const mediaType = readMediaType(file.getChildText("media-type"));
  const isShown = fileKind(mediaType, name) !== "document";
  return {
    name: name === null || name === "" ? null : name.slice(0, MOST_NAME).toWellFormed(),
    size: number(file, "size", Number.MAX_SAFE_INTEGER),
    mediaType,
    ...pixels(number(file, "width", MOST_PIXELS_OF_A_SIDE), number(file, "height", MOST_PIXELS_OF_A_SIDE)),
    duration: number(file, "length", LONGEST),
    disposition:
      disposition === "inline" || disposition === "attachment" ? disposition : isShown ? "inline" : "attachment",
    thumbnail: readThumbnail(file),
    hashes: readHashes(file),
  };
}

/** One side alone says nothing about the shape. */
const pixels = (width: number | null, height: number | null): Pick<Metadata, "width" | "height"> =>
  width === null || height === null || width === 0 || height === 0 ? { width: null, height: null } : { width, height };

/** A whole number up to the limit, in decimal digits. */
function number(file: Element, name: string, most: number): number | null {
  const text = file.getChildText(name)?.slice(0, 40).trim() ?? "";
  if (!/^\d{1,16}$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) && value <= most ? value : null;
}

function readMediaType(text: string | null): string | null {
  const type = text?.slice(0, 256).split(";", 1)[0]!.trim().toLowerCase() ?? "";
  return MEDIA_TYPE.test(type) ? type : null;
}

/** Of each algorithm the first. */
function readHashes(file: Element): FileHash[] {
  const found = new Map<HashAlgorithm, FileHash>();
  for (const hash of file.getChildren("hash", NS_HASHES).slice(0, MOST)) {
    const known = HASHES.get(String(hash.attrs["algo"]).toLowerCase());
    if (known === undefined || found.has(known.algorithm)) continue;
    const value = base64(hash.getText(), known.bytes);
    if (value !== null) found.set(known.algorithm, { algorithm: known.algorithm, value });
  }
  return [...found.values()];
}

/** @returns the same in canonical form; null if it does not stand for so many bytes */
export function base64(text: string, bytes: number): string | null {
  const encoded = text.slice(0, 200).trim();
  if (!BASE64.test(encoded)) return null;
  const data = Buffer.from(encoded, "base64");
  return data.length === bytes ? data.toString("base64") : null;
}

/** Only those that the message itself contains: fetching one would tell its host when the message is read. */
function readThumbnail(file: Element): string | null {
  for (const { attrs } of file.getChildren("thumbnail", NS_THUMBS).slice(0, MOST)) {
    const uri = String(attrs["uri"]);
    const found = uri.length <= MOST_THUMBNAIL ? THUMBNAIL.exec(uri) : null;
    const text = found === null ? null : unescaped(found[2] ?? found[4]!);
    if (text === null) continue;
    if (found?.[1] !== undefined) {
      const bytes = Buffer.from(text, "base64");
      if (bytes.length >= 5 && bytes.length <= 50) return `data:image/thumbhash;base64,${bytes.toString("base64")}`;
    } else if (BLURHASH.test(text)) return `data:image/blurhash,${encodeURIComponent(text)}`;
  }
  return null;
}

/** A BlurHash may contain a percent sign that escapes nothing. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
