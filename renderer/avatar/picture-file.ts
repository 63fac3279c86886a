/** Prepares an avatar for others: a square of a picture, small, without metadata of the camera. */
import type { NewAvatar } from "../../shared/model/avatar.ts";
import { toBase64 } from "../../shared/bytes/base64.ts";
import type { Crop } from "./crop.ts";

/** Size in px; everybody who sees us receives it. */
const SIDE = 256;
/** A PNG larger than this is sent as JPEG, bytes. */
const LARGE = 60_000;
/** Maximum size of a file, bytes. */
const MOST = 20_000_000;

/** @throws if it is not a picture, or one that cannot be drawn */
export async function pictureIn(file: Blob): Promise<ImageBitmap> {
  if (file.size > MOST) throw new Error("too large");
  return createImageBitmap(file);
}

/** @throws if nothing can be drawn */
export async function avatarOf(picture: ImageBitmap, { x, y, side }: Crop): Promise<NewAvatar> {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("nothing to draw on");
  context.imageSmoothingQuality = "high";
  const draw = (): void => context.drawImage(picture, x - side / 2, y - side / 2, side, side, 0, 0, SIDE, SIDE);
  draw();
  const png = await canvas.convertToBlob({ type: "image/png" });
  if (png.size <= LARGE) return encoded("image/png", png);
  // JPEG has no transparency.
  context.fillStyle = "white";
  context.fillRect(0, 0, SIDE, SIDE);
  draw();
  return encoded("image/jpeg", await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 }));
}

const encoded = async (type: NewAvatar["type"], blob: Blob): Promise<NewAvatar> => ({
  type,
  base64: toBase64(new Uint8Array(await blob.arrayBuffer())),
});
