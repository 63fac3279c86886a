/**
 * Animated GIF and WebP files: whether a file is one, and the same file without comments, EXIF and XMP. Everything is
 * read once, forwards.
 */

const text = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));

const isGif = (bytes: Uint8Array): boolean => /^GIF8[79]a$/.test(text(bytes, 0, 6));
const isWebp = (bytes: Uint8Array): boolean => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 4) === "WEBP";

/** Extensions of a GIF that change what is seen: how a frame is shown, and how often all are. */
const SHOWN_EXTENSIONS: ReadonlySet<number> = new Set([0xf9, 0x01]);
const LOOPS = /^(?:NETSCAPE2\.0|ANIMEXTS1\.0)$/;
/** Chunks of a WebP that are no picture. */
const REMARKS: ReadonlySet<string> = new Set(["EXIF", "XMP "]);
/** Flags in `VP8X` that announce EXIF and XMP. */
const REMARK_FLAGS = 0x08 | 0x04;
const ANIMATION_FLAG = 0x02;

interface Block {
  from: number;
  end: number;
  isPicture: boolean;
  /** It is a frame. */
  isFrame: boolean;
}

/** The end of the sub-blocks that begin here, or -1. */
function endOfSubBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const size = bytes[at]!;
    at += size + 1;
    if (size === 0) return at <= bytes.length ? at : -1;
  }
  return -1;
}

/** @returns null if it is no whole GIF */
function gifBlocks(bytes: Uint8Array): Block[] | null {
  const tableOf = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  let at = 13 + tableOf(bytes[10] ?? 0);
  const blocks: Block[] = [{ from: 0, end: at, isPicture: true, isFrame: false }];
  while (at < bytes.length) {
    const from = at;
    const kind = bytes[at];
    // What is behind the end is not part of the picture.
    if (kind === 0x3b) return [...blocks, { from, end: at + 1, isPicture: true, isFrame: false }];
    if (kind === 0x21) {
      const label = bytes[at + 1]!;
      const name = label === 0xff && bytes[at + 2] === 11 ? text(bytes, at + 3, 11) : "";
      at = endOfSubBlocks(bytes, at + 2);
      if (at === -1) return null;
      blocks.push({ from, end: at, isPicture: SHOWN_EXTENSIONS.has(label) || LOOPS.test(name), isFrame: false });
    } else if (kind === 0x2c) {
      at = endOfSubBlocks(bytes, at + 11 + tableOf(bytes[at + 9] ?? 0));
      if (at === -1) return null;
      blocks.push({ from, end: at, isPicture: true, isFrame: true });
    } else return null;
  }
  return null;
}

/** @returns null if it is no whole WebP */
function webpBlocks(bytes: Uint8Array): Block[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks: Block[] = [{ from: 0, end: 12, isPicture: true, isFrame: false }];
  let at = 12;
  while (at + 8 <= bytes.length) {
    const name = text(bytes, at, 4);
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    if (end > bytes.length) return null;
    blocks.push({ from: at, end, isPicture: !REMARKS.has(name), isFrame: name === "ANMF" });
    at = end;
  }
  return blocks;
}

const blocksOf = (bytes: Uint8Array): Block[] | null =>
  isGif(bytes) ? gifBlocks(bytes) : isWebp(bytes) ? webpBlocks(bytes) : null;

/** @param bytes of a file that the user has chosen; may be broken */
export function isAnimated(bytes: Uint8Array): boolean {
  if (isWebp(bytes)) return text(bytes, 12, 4) === "VP8X" && ((bytes[20] ?? 0) & ANIMATION_FLAG) !== 0;
  return isGif(bytes) && (blocksOf(bytes)?.filter(({ isFrame }) => isFrame).length ?? 0) > 1;
}

/** @returns the file with nothing but what is seen; null if it is broken */
export function withoutRemarks(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const blocks = blocksOf(bytes);
  if (blocks === null) return null;
  const kept = blocks.filter(({ isPicture }) => isPicture);
  const rest = new Uint8Array(kept.reduce((sum, { from, end }) => sum + end - from, 0));
  let at = 0;
  for (const { from, end } of kept) {
    rest.set(bytes.subarray(from, end), at);
    at += end - from;
  }
  if (isWebp(rest)) {
    new DataView(rest.buffer).setUint32(4, rest.length - 8, true);
    if (text(rest, 12, 4) === "VP8X" && rest.length > 20) rest[20]! &= ~REMARK_FLAGS;
  }
  return rest;
}
