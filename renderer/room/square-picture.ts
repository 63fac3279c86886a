/** A picture as others will see it: the middle square, small, without anything that the camera wrote into the file. */

/** As large as it is sent, px; a picture of this size is told to everybody who enters. */
const SIDE = 256;
/** A PNG larger than this is sent as JPEG, bytes. */
const LARGE = 60_000;
/** What is not even opened, bytes. */
const MOST = 20_000_000;

/** @throws when it is no picture, or one that nobody could draw */
export async function squareOf(file: Blob): Promise<{ type: "image/png" | "image/jpeg"; base64: string }> {
  if (file.size > MOST) throw new Error("too large");
  const picture = await createImageBitmap(file);
  const side = Math.min(picture.width, picture.height);
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("nothing to draw on");
  context.imageSmoothingQuality = "high";
  const draw = (): void =>
    context.drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  draw();
  const png = await canvas.convertToBlob({ type: "image/png" });
  if (png.size <= LARGE) return { type: "image/png", base64: await base64Of(png) };
  // JPEG knows no transparency.
  context.fillStyle = "white";
  context.fillRect(0, 0, SIDE, SIDE);
  draw();
  return {
    type: "image/jpeg",
    base64: await base64Of(await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 })),
  };
}

async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
