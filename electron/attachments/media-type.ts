/** Detects the formats of sound and video that the window plays, from the first bytes, never from a name. */

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
