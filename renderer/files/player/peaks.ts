/** The shape of a sound: how loud each part of it is. Decoded piece by piece, so that memory stays bounded. */
import { logged } from "../../log.ts";

export const PEAKS = 64;
/** Longer sounds are drawn without their shape, s. */
const LONGEST = 15 * 60;
/** More than this is not decoded, whatever the file says of itself, s. */
const MOST_DECODED = 2 * LONGEST;

const known = new WeakMap<Blob, Promise<readonly number[] | null>>();

/** @returns `PEAKS` values from 0 to 1; null: it is too long, or cannot be decoded here */
export function peaksOf(blob: Blob): Promise<readonly number[] | null> {
  let peaks = known.get(blob);
  if (peaks === undefined) {
    peaks = measure(blob).catch((error: unknown) => {
      logged("the shape of a sound is not known")(error);
      return null;
    });
    known.set(blob, peaks);
  }
  return peaks;
}

async function measure(blob: Blob): Promise<readonly number[] | null> {
  const { ALL_FORMATS, AudioSampleSink, BlobSource, Input } = await import("mediabunny");
  using input = new Input({ formats: ALL_FORMATS, source: new BlobSource(blob) });
  const track = await input.getPrimaryAudioTrack();
  if (track === null || !(await track.canDecode())) return null;
  const duration = await input.computeDuration();
  if (!(duration > 0 && duration <= LONGEST)) return null;
  const loudest = new Array<number>(PEAKS).fill(0);
  let decoded = 0;
  for await (const sample of new AudioSampleSink(track).samples()) {
    try {
      decoded += sample.duration;
      if (decoded > MOST_DECODED) return null;
      const values = new Float32Array(sample.allocationSize({ planeIndex: 0, format: "f32-planar" }) / 4);
      sample.copyTo(values, { planeIndex: 0, format: "f32-planar" });
      const at = Math.min(PEAKS - 1, Math.max(0, Math.floor((sample.timestamp / duration) * PEAKS)));
      let most = loudest[at]!;
      for (const value of values) most = Math.max(most, Math.abs(value));
      loudest[at] = most;
    } finally {
      sample.close();
    }
  }
  return normalised(loudest);
}

/** The loudest part is 1; of silence all parts are 0. */
export function normalised(loudest: readonly number[]): number[] {
  const most = Math.max(...loudest);
  return loudest.map((one) => (most < 0.001 ? 0 : Math.min(1, one / most)));
}
