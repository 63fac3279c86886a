/** What others should know of sound and video before they fetch it: length, sides, and the first picture. */
import { rgbaToThumbHash } from "thumbhash";
import { toBase64 } from "../../../shared/bytes/base64.ts";
import { fallback } from "../../log.ts";

export interface MediaFacts {
  /** ms */
  duration?: number;
  /** px */
  width?: number;
  height?: number;
  /** A data: URI of a ThumbHash. */
  thumbnail?: string;
}

/** Longest side of what a ThumbHash is made of, px. */
const HASHED = 100;
/** Seconds: the very first picture is often black. */
const EARLY = 0.5;
/** For each step to the thumbnail, ms. */
const PATIENCE = 10_000;
const LONGEST = 7 * 24 * 60 * 60 * 1000;

/** @returns nothing of a file that cannot be read: it is sent all the same */
export const mediaFacts = (file: Blob): Promise<MediaFacts> =>
  read(file).catch(fallback({}, "a sound or video could not be measured"));

async function read(file: Blob): Promise<MediaFacts> {
  const { ALL_FORMATS, BlobSource, Input } = await import("mediabunny");
  using input = new Input({ formats: ALL_FORMATS, source: new BlobSource(file) });
  const duration = Math.round((await input.computeDuration()) * 1000);
  const length = duration > 0 && duration <= LONGEST ? { duration } : {};
  const track = await input.getPrimaryVideoTrack();
  if (track === null) return length;
  const { displayWidth: width, displayHeight: height } = track;
  const facts = { ...length, width, height };
  const thumbnail = await thumbnailOf(file, Math.min(EARLY, duration / 2000)).catch(
    fallback(null, "a video has no thumbnail"),
  );
  return thumbnail === null ? facts : { ...facts, thumbnail };
}

/** @param at seconds @throws if Chromium cannot play the video */
async function thumbnailOf(file: Blob, at: number): Promise<string | null> {
  const video = document.createElement("video");
  const url = URL.createObjectURL(file);
  try {
    video.muted = true;
    video.preload = "auto";
    video.src = url;
    await happens(video, "loadeddata");
    video.currentTime = at;
    await happens(video, "seeked");
    const { videoWidth, videoHeight } = video;
    const scale = Math.min(1, HASHED / Math.max(videoWidth, videoHeight));
    const width = Math.max(1, Math.round(videoWidth * scale));
    const height = Math.max(1, Math.round(videoHeight * scale));
    const context = new OffscreenCanvas(width, height).getContext("2d")!;
    context.drawImage(video, 0, 0, width, height);
    const hash = rgbaToThumbHash(width, height, context.getImageData(0, 0, width, height).data);
    return `data:image/thumbhash;base64,${toBase64(hash)}`;
  } finally {
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(url);
  }
}

/** The element's event, or its error; a video that does not get on is sent without a thumbnail. */
function happens(video: HTMLVideoElement, event: "loadeddata" | "seeked"): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("the video does not get on")), PATIENCE);
    const settle = (how: () => void): void => {
      clearTimeout(late);
      how();
    };
    video.addEventListener(event, () => settle(resolve), { once: true });
    video.addEventListener("error", () => settle(() => reject(new Error(video.error?.message ?? "broken"))), {
      once: true,
    });
  });
}
