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
const LONGEST = 7 * 24 * 60 * 60 * 1000;

/** @returns nothing of a file that cannot be read: it is sent all the same */
export const mediaFacts = (file: Blob): Promise<MediaFacts> =>
  read(file).catch(fallback({}, "a sound or video could not be measured"));

async function read(file: Blob): Promise<MediaFacts> {
  const { ALL_FORMATS, BlobSource, CanvasSink, Input } = await import("mediabunny");
  using input = new Input({ formats: ALL_FORMATS, source: new BlobSource(file) });
  const duration = Math.round((await input.computeDuration()) * 1000);
  const length = duration > 0 && duration <= LONGEST ? { duration } : {};
  const track = await input.getPrimaryVideoTrack();
  if (track === null) return length;
  const { displayWidth: width, displayHeight: height } = track;
  const facts = { ...length, width, height };
  if (!(await track.canDecode())) return facts;
  const scale = Math.min(1, HASHED / Math.max(width, height));
  const sides = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const sink = new CanvasSink(track, { ...sides, fit: "fill" });
  const first = await sink.getCanvas(Math.min(EARLY, duration / 2000));
  const context = first?.canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D | null;
  if (context === null || context === undefined) return facts;
  const { data } = context.getImageData(0, 0, sides.width, sides.height);
  const hash = rgbaToThumbHash(sides.width, sides.height, data);
  return { ...facts, thumbnail: `data:image/thumbhash;base64,${toBase64(hash)}` };
}
