/**
 * Finds a QR code in a picture or on the screen, inside the window: nothing leaves the machine. The decoder is loaded
 * only then.
 */
import { log, logged } from "../log.ts";

/** A picture with more pixels on a side is scaled down first. */
const LARGEST = 2400;
/** Maximum size of a file, in bytes. */
const LARGEST_FILE = 40_000_000;
/** Maximum time to search one picture, in ms. */
const PATIENCE = 1500;
/** Maximum number of screen pictures to search. */
const FRAMES = 20;

/** Maximum wait for a picture of the screen, in ms. */
const WITHOUT_FRAMES = 250;

type Picture = Exclude<CanvasImageSource, SVGImageElement | VideoFrame>;

/** The text of the code in a picture, or null. A small code in a large picture is found at another scale. */
async function search(picture: Picture, width: number, height: number): Promise<string | null> {
  const { default: decode } = await import("qr/decode.js");
  const canvas = new OffscreenCanvas(1, 1);
  for (const share of [1, 0.5, 0.25]) {
    const scale = Math.min(share, (LARGEST * share) / Math.max(width, height));
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) return null;
    // Codes with a transparent background are meant to be shown on white.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    try {
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return decode({ width: canvas.width, height: canvas.height, data }, { timeLimit: PATIENCE });
    } catch (error) {
      log.debug("no code was found", error);
      // None at this scale.
    }
  }
  return null;
}

/** @returns the text of the code in a file that claims to be a picture, or null if there is none */
export async function readPicture(file: Blob): Promise<string | null> {
  if (file.size > LARGEST_FILE) return null;
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch (error) {
    log.debug("the file is no picture", error);
    return null;
  }
  try {
    return await search(picture, picture.width, picture.height);
  } finally {
    picture.close();
  }
}

/** Whether the window can see the screen: a browser asks the user, the desktop host denies it. */
export const canReadScreen = (host: "desktop" | "browser"): boolean =>
  host === "browser" && typeof navigator.mediaDevices?.getDisplayMedia === "function";

/** Waits for the next picture, briefly, because a still screen sends none. */
function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, WITHOUT_FRAMES);
    video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * Asks the user for a window or screen, and searches it until a code is found.
 * @returns null if there is none
 * @throws {DOMException} `NotAllowedError` if the user chose none
 */
export async function readScreen(): Promise<string | null> {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false });
  const video = document.createElement("video");
  try {
    video.srcObject = stream;
    video.muted = true;
    // Starts with the first picture, which may take long; the loop below waits.
    video.play().catch(logged("the picture of the screen did not begin"));
    for (let frame = 0; frame < FRAMES && stream.active; frame++) {
      await nextFrame(video);
      const found = video.videoWidth === 0 ? null : await search(video, video.videoWidth, video.videoHeight);
      if (found !== null) return found;
    }
    return null;
  } finally {
    video.srcObject = null;
    for (const track of stream.getTracks()) track.stop();
  }
}
