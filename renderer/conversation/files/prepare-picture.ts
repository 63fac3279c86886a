/** Prepares a picture for others in a worker, which ends with its task and takes the memory of the picture with it. */
import { CallFailed } from "../../call-failed.ts";
import { startWorker } from "../../state/files/own-worker.ts";
import type { Quality } from "./chosen-files.ts";
import type { PictureAnswer, PictureTask, PreparedPicture } from "./picture-worker.ts";
import script from "./picture-worker.ts?worker&url";

/** @throws {CallFailed} `picture-not-read`: it can only be sent as a file, with all that it contains */
export async function preparePicture(file: Blob, quality: Quality): Promise<PreparedPicture> {
  const worker = startWorker(script);
  try {
    const answer = await new Promise<PictureAnswer>((resolve) => {
      worker.addEventListener("message", ({ data }: MessageEvent<PictureAnswer>) => resolve(data));
      worker.addEventListener("error", ({ message }) => resolve({ failure: message }));
      worker.addEventListener("messageerror", () => resolve({ failure: "the answer cannot be read" }));
      worker.postMessage({ file, quality } satisfies PictureTask);
    });
    if ("failure" in answer) throw new CallFailed("picture-not-read", answer.failure, false);
    return answer.picture;
  } finally {
    worker.terminate();
  }
}
