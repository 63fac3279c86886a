/** Detects format and size of an image from its bytes, never from a file name or a header. */
import { log } from "../log/log.ts";

export interface Picture {
  type: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  width: number;
  height: number;
}

/** Maximum number of pixels: a few kilobytes can decompress to gigabytes. */
const MOST_PIXELS = 50_000_000;

/** @param bytes untrusted @returns null if the format is not supported or the image is too large */
export function pictureOf(bytes: Buffer): Picture | null {
  try {
    const found = png(bytes) ?? gif(bytes) ?? webp(bytes) ?? jpeg(bytes);
    return found !== null && found.width > 0 && found.height > 0 && found.width * found.height <= MOST_PIXELS
      ? found
      : null;
  } catch (error) {
    log.debug("attachments", "a picture cannot be measured", error);
    // The data ends before the size.
    return null;
  }
}

function png(bytes: Buffer): Picture | null {
  if (
    !bytes.subarray(0, 8).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1")) ||
    bytes.toString("latin1", 12, 16) !== "IHDR"
  )
    return null;
  return { type: "image/png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

function gif(bytes: Buffer): Picture | null {
  if (!/^GIF8[79]a$/.test(bytes.toString("latin1", 0, 6))) return null;
  return { type: "image/gif", width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

/** RFC 9649 §2. */
function webp(bytes: Buffer): Picture | null {
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WEBP") return null;
  const of = (width: number, height: number): Picture => ({ type: "image/webp", width, height });
  switch (bytes.toString("latin1", 12, 16)) {
    case "VP8 ":
      return of(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff);
    case "VP8L": {
      const bits = bytes.readUInt32LE(21);
      return of((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case "VP8X":
      return of(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
    default:
      return null;
  }
}

/** ITU T.81: skips from marker to marker up to the frame header. */
function jpeg(bytes: Buffer): Picture | null {
  if (bytes.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at < bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { type: "image/jpeg", height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}
