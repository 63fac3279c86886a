/** Copies a picture to the clipboard. */
import type { File } from "../../../shared/model/file.ts";
import { CallFailed } from "../../call-failed.ts";
import { fetchShown, isPicture, type FileKey } from "../../state/files/fetched-files.ts";

/** The clipboard takes PNG only. */
async function asPng(blob: Blob): Promise<Blob> {
  if (blob.type === "image/png") return blob;
  const picture = await createImageBitmap(blob);
  try {
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext("2d")!.drawImage(picture, 0, 0);
    return await canvas.convertToBlob({ type: "image/png" });
  } finally {
    picture.close();
  }
}

/** @throws {CallFailed} `picture-not-read`, `forbidden`; or why it could not be fetched */
export async function copyPicture(of: FileKey, file: File): Promise<void> {
  const fetched = await fetchShown(of, file, false, isPicture);
  if (typeof fetched === "string") throw new CallFailed("picture-not-read", fetched, false);
  const png = await asPng(fetched.blob).catch((error: unknown) => {
    throw new CallFailed("picture-not-read", String(error), false);
  });
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
  } catch (error) {
    throw new CallFailed("forbidden", String(error), false);
  }
}
