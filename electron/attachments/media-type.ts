/** Detects the formats that the window plays or shows as a document, from the first bytes, never from a name. */

export type PlayableType = "audio/mpeg" | "audio/flac" | "audio/wav" | "audio/ogg" | "video/mp4" | "video/webm";

/**
 * Containers may hold sound only; the window finds out.
 * @param head the beginning of an untrusted file, 12 bytes or more
 * @returns null: another format
 */
export function playableType(head: Buffer): PlayableType | null {
  const text = (from: number, to: number): string => head.toString("latin1", from, to);
  // ISO 14496-12 §4.3; RFC 8794 §11.2; RFC 3533 §6; RFC 9639 §8.
  if (text(4, 8) === "ftyp") return "video/mp4";
  if (head.length >= 4 && head.readUInt32BE(0) === 0x1a45dfa3) return "video/webm";
  if (text(0, 4) === "OggS") return "audio/ogg";
  if (text(0, 4) === "fLaC") return "audio/flac";
  if (text(0, 4) === "RIFF" && text(8, 12) === "WAVE") return "audio/wav";
  // ISO 11172-3 §2.4.1.3: eleven bits are set, and neither layer nor version has a forbidden value.
  const isFrame = head.length >= 2 && head[0] === 0xff && (head[1]! & 0xe6) > 0xe0 && (head[1]! & 0x18) !== 0x08;
  return text(0, 3) === "ID3" || isFrame ? "audio/mpeg" : null;
}

export type ReadableType = "application/pdf" | "text/plain";

/** Bytes of a PDF that may stand before its head (ISO 32000-2, annex I). */
const BEFORE_PDF = 1024;
/** Bytes of a character in UTF-8, of which the beginning may be cut off. */
const LONGEST_CHARACTER = 4;
/** No text has these: C0 without tab, line feed, form feed, carriage return and escape, which logs have for colours. */
const NO_TEXT = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

/**
 * @param head the beginning of an untrusted file
 * @param isWhole it is the whole file
 * @returns null: neither a PDF nor text in UTF-8
 */
export function readableType(head: Buffer, isWhole: boolean): ReadableType | null {
  if (head.subarray(0, BEFORE_PDF).includes("%PDF-")) return "application/pdf";
  if (head.length === 0) return null;
  for (let cut = 0; cut < (isWhole ? 1 : LONGEST_CHARACTER); cut++) {
    const text = utf8(head.subarray(0, head.length - cut));
    if (text !== null) return NO_TEXT.test(text) ? null : "text/plain";
  }
  return null;
}

function utf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
