/** Records the microphone as Opus. The microphone is opened only for that, and closed afterwards. */

/** bit/s: speech stays clear. */
const BITRATE = 32_000;
/** Longest recording, ms. */
export const LONGEST = 60 * 60 * 1000;
const TYPE = "audio/webm;codecs=opus";

/** `denied`: the user or the system does not allow it; `none`: there is no microphone; `failed`: anything else. */
export type MicrophoneFault = "denied" | "none" | "failed";

export class MicrophoneError extends Error {
  readonly fault: MicrophoneFault;
  constructor(fault: MicrophoneFault, why: string) {
    super(why);
    this.name = "MicrophoneError";
    this.fault = fault;
  }
}

export interface Recorder {
  /** How loud it is now, from 0 to 1. */
  level(): number;
  /** Recorded so far, ms. */
  length(): number;
  pause(): void;
  resume(): void;
  /** Ends the recording. @returns it, in WebM; null if nothing was recorded */
  stop(): Promise<Blob | null>;
  /** Drops the recording. */
  cancel(): void;
}

function faultOf(error: unknown): MicrophoneFault {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "none" : "failed";
}

/**
 * @param onEnd the microphone went away, or the recording is as long as it may be
 * @throws {MicrophoneError}
 */
export async function startRecording(onEnd: () => void): Promise<Recorder> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    throw new MicrophoneError(faultOf(error), String(error));
  }
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);

  const recorder = new MediaRecorder(stream, { mimeType: TYPE, audioBitsPerSecond: BITRATE });
  const pieces: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
  let before = 0;
  let since = performance.now();
  const running = (): boolean => recorder.state === "recording";
  const length = (): number => before + (running() ? performance.now() - since : 0);
  const timer = setInterval(() => length() >= LONGEST && onEnd(), 1000);
  stream.getAudioTracks()[0]?.addEventListener("ended", onEnd);

  function close(): void {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  }
  // In pieces, so that a long recording does not wait in one buffer.
  recorder.start(1000);

  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const one of samples) sum += one * one;
      // Speech is seldom louder than a third.
      return running() ? Math.min(1, Math.sqrt(sum / samples.length) * 4) : 0;
    },
    length,
    pause() {
      if (!running()) return;
      before = length();
      recorder.pause();
    },
    resume() {
      if (recorder.state !== "paused") return;
      since = performance.now();
      recorder.resume();
    },
    stop: () =>
      new Promise((resolve) => {
        before = length();
        const done = (): void => {
          close();
          const blob = new Blob(pieces, { type: "audio/webm" });
          resolve(blob.size === 0 ? null : blob);
        };
        if (recorder.state === "inactive") return done();
        recorder.addEventListener("stop", done, { once: true });
        recorder.stop();
      }),
    cancel() {
      if (recorder.state !== "inactive") recorder.stop();
      close();
    },
  };
}
