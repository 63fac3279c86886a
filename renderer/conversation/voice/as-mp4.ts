/**
 * Puts a recording into MP4, unchanged: what Chromium records has no length, and Apple's devices play no WebM. Opus in
 * MP4 is played by iOS, Android and GStreamer.
 */

/** @param recording Opus in WebM @returns Opus in MP4, and its length in ms @throws if it is no such recording */
export async function asMp4(recording: Blob): Promise<{ blob: Blob; duration: number }> {
  const { BlobSource, BufferTarget, Conversion, Input, Mp4OutputFormat, Output, WEBM } = await import("mediabunny");
  using input = new Input({ formats: [WEBM], source: new BlobSource(recording) });
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "in-memory" }), target });
  const conversion = await Conversion.init({ input, output, video: { discard: true }, showWarnings: false });
  if (!conversion.isValid) throw new Error("the recording cannot be put into MP4");
  await conversion.execute();
  const duration = Math.round((await input.computeDuration()) * 1000);
  return { blob: new Blob([target.buffer!], { type: "audio/mp4" }), duration };
}
