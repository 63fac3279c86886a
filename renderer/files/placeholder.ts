/** The blurred picture that stands for one until it is fetched: a ThumbHash or a BlurHash. */
import { decode, isBlurhashValid } from "blurhash";
import { thumbHashToRGBA } from "thumbhash";
import { fromBase64 } from "../../shared/bytes/base64.ts";
import { log } from "../log.ts";

interface Pixels {
  width: number;
  height: number;
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Pixels of a side; more are not visible, and the sender chooses how many components are computed for each. */
const SIDE = 32;
const THUMBHASH = "data:image/thumbhash;base64,";
const BLURHASH = "data:image/blurhash,";

/** @param uri as checked by the core @returns null if it stands for no picture */
export function placeholderPixels(uri: string): Pixels | null {
  try {
    if (uri.startsWith(THUMBHASH)) {
      const hash = fromBase64(uri.slice(THUMBHASH.length));
      const { w, h, rgba } = thumbHashToRGBA(hash);
      return { width: w, height: h, rgba: new Uint8ClampedArray(rgba) };
    }
    if (!uri.startsWith(BLURHASH)) return null;
    const hash = decodeURIComponent(uri.slice(BLURHASH.length));
    if (!isBlurhashValid(hash).result) return null;
    return { width: SIDE, height: SIDE, rgba: new Uint8ClampedArray(decode(hash, SIDE, SIDE)) };
  } catch (error) {
    // Too short for what its header promises.
    log.debug("a blurred picture cannot be decoded", error);
    return null;
  }
}
