/**
 * Prepares a picture for others, in a thread of its own: smaller if wished, turned as the camera says, and without what
 * the camera wrote into it (place, time, device). Animations stay, so they are not drawn again but freed of what is no
 * picture.
 */
import { rgbaToThumbHash } from "thumbhash";
import { toBase64 } from "../../../shared/bytes/base64.ts";
import type { Quality } from "./chosen-files.ts";
import { isAnimated, withoutRemarks } from "../../files/animation-format.ts";

/** Longest side in px. */
const LONGEST: Readonly<Record<Quality, number>> = { original: Number.MAX_SAFE_INTEGER, large: 2048, small: 1024 };
const JPEG: Readonly<Record<Quality, number>> = { original: 0.95, large: 0.86, small: 0.8 };
/** Nothing larger is decoded, bytes. */
const MOST = 100_000_000;

export interface PreparedPicture {
  blob: Blob;
  /** px */
  width: number;
  height: number;
  /** A data: URI of a ThumbHash, which others see until they have fetched the picture. */
  thumbnail: string;
}

export interface PictureTask {
  file: Blob;
  quality: Quality;
}
export type PictureAnswer = { picture: PreparedPicture } | { failure: string };

/** Longest side of what a ThumbHash is made of, px. */
const HASHED = 100;

function thumbnailOf(picture: ImageBitmap): string {
  const scale = Math.min(1, HASHED / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d")!;
  context.drawImage(picture, 0, 0, width, height);
  const hash = rgbaToThumbHash(width, height, context.getImageData(0, 0, width, height).data);
  return `data:image/thumbhash;base64,${toBase64(hash)}`;
}

/** @throws if it is none that this window can read */
async function prepared({ file, quality }: PictureTask): Promise<PreparedPicture> {
  if (file.size > MOST) throw new Error("too large");
  const bytes = new Uint8Array(await file.arrayBuffer());
  // The orientation that the camera noted is applied.
  const picture = await createImageBitmap(file);
  try {
    const { width, height } = picture;
    const thumbnail = thumbnailOf(picture);
    if (isAnimated(bytes)) {
      const rest = withoutRemarks(bytes);
      if (rest === null) throw new Error("its animation is broken");
      return { blob: new Blob([rest], { type: file.type }), width, height, thumbnail };
    }
    const scale = Math.min(1, LONGEST[quality] / Math.max(width, height));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("nothing to draw on");
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await canvas.convertToBlob({ type: file.type, quality: JPEG[quality] });
    return { blob, width: canvas.width, height: canvas.height, thumbnail };
  } finally {
    picture.close();
  }
}

addEventListener("message", ({ data }: MessageEvent<PictureTask>) => {
  prepared(data).then(
    (picture) => postMessage({ picture } satisfies PictureAnswer),
    (error: unknown) => postMessage({ failure: String(error) } satisfies PictureAnswer),
  );
});
