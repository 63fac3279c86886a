/** Takes the place of the composer while a voice message is recorded, listened to, and sent. */
import { Mic, Pause, Play, SendHorizontal, Square, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Encryption } from "../../../shared/model/encryption.ts";
import { durationText } from "../../files/file-text.ts";
import { peaksOf } from "../../files/player/peaks.ts";
import { nowPlaying } from "../../files/player/playing.ts";
import { Waveform } from "../../files/player/Waveform.tsx";
import { useText } from "../../i18n/index.ts";
import { logged } from "../../log.ts";
import { attempt } from "../../state/act.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { cancelRecording, finish, pauseOrGoOn, sendRecording, type Recording } from "./recording.ts";
import type { Recorder } from "./recorder.ts";
import styles from "./VoiceBar.module.css";

export interface VoiceBarProps {
  recording: Recording;
  encryption: Encryption;
  /** It is over: the composer is there again. */
  onEnd(): void;
}

export function VoiceBar({ recording, encryption, onEnd }: VoiceBarProps) {
  const t = useText();
  const { state } = recording;
  const send = async (): Promise<void> => {
    if (await attempt(sendRecording(encryption))) onEnd();
  };
  const cancel = (): void => {
    cancelRecording();
    onEnd();
  };
  const bar = useRef<HTMLDivElement>(null);
  // The keys stay here: Escape discards, Enter sends.
  useEffect(() => {
    const at = document.activeElement;
    if (at !== null && at !== bar.current && bar.current?.contains(at) === true) return;
    const button = bar.current?.querySelector<HTMLElement>("[data-sends] button:not([disabled])");
    (button ?? bar.current)?.focus();
  }, [state]);
  const isLive = state === "recording" || state === "paused";
  return (
    // Escape is the usual way out.
    <div
      ref={bar}
      tabIndex={-1}
      className={styles.bar}
      role="group"
      aria-label={t("voice.recording")}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || state === "sending") return;
        event.preventDefault();
        event.stopPropagation();
        cancel();
      }}
    >
      <IconButton label={t("voice.cancel")} shortcut="Esc" isDisabled={state === "sending"} onPress={cancel}>
        <Trash2 />
      </IconButton>
      {state === "starting" && (
        <span className={styles.words} role="status">
          <Mic aria-hidden="true" />
          {t("voice.starting")}
        </span>
      )}
      {isLive && <Live recorder={recording.recorder} isPaused={state === "paused"} />}
      {(state === "done" || state === "sending") && <Listen recording={recording} />}
      {isLive && (
        <>
          <IconButton label={t(state === "paused" ? "voice.goOn" : "voice.pause")} onPress={pauseOrGoOn}>
            {state === "paused" ? <Mic /> : <Pause />}
          </IconButton>
          <IconButton label={t("voice.stop")} onPress={() => void finish()}>
            <Square />
          </IconButton>
        </>
      )}
      <span className={styles.send} data-sends="">
        <IconButton
          label={t("voice.send")}
          isDisabled={state === "starting" || state === "sending"}
          onPress={() => void send()}
        >
          <SendHorizontal />
        </IconButton>
      </span>
    </div>
  );
}

/** Levels that are shown. */
const SHOWN = 64;
/** Between two of them, ms. */
const EACH = 90;

function Live({ recorder, isPaused }: { recorder: Recorder; isPaused: boolean }) {
  const t = useText();
  const [levels, setLevels] = useState<readonly number[]>(() => new Array<number>(SHOWN).fill(0));
  const [length, setLength] = useState(recorder.length());
  useEffect(() => {
    if (isPaused) return undefined;
    const timer = setInterval(() => {
      setLevels((before) => [...before.slice(1), recorder.level()]);
      setLength(recorder.length());
    }, EACH);
    return () => clearInterval(timer);
  }, [recorder, isPaused]);
  return (
    <>
      <span className={styles.dot} data-paused={isPaused || undefined} aria-hidden="true" />
      <span className={styles.time} role="timer" aria-label={t("voice.length", { length: durationText(length) })}>
        {durationText(length)}
      </span>
      <span className={styles.shape}>
        <Waveform peaks={levels} played={1} />
      </span>
    </>
  );
}

function Listen({ recording: { blob, url, duration } }: { recording: { blob: Blob; url: string; duration: number } }) {
  const t = useText();
  const player = useRef<HTMLAudioElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [peaks, setPeaks] = useState<readonly number[] | null>(null);
  useEffect(() => {
    let isHere = true;
    void peaksOf(blob).then((found) => isHere && setPeaks(found));
    return () => void (isHere = false);
  }, [blob]);
  return (
    <>
      <audio
        ref={player}
        src={url}
        onPlay={(event) => {
          setPlaying(true);
          nowPlaying(event.currentTarget);
        }}
        onPause={() => setPlaying(false)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime * 1000)}
      />
      <IconButton
        label={t(isPlaying ? "attachment.pause" : "voice.listen")}
        onPress={() =>
          isPlaying ? player.current?.pause() : void player.current?.play().catch(logged("a recording does not play"))
        }
      >
        {isPlaying ? <Pause /> : <Play />}
      </IconButton>
      <span className={styles.time}>{durationText(isPlaying ? at : duration)}</span>
      <span className={styles.shape}>
        <Waveform peaks={peaks} played={duration === 0 ? 0 : Math.min(1, at / duration)} />
      </span>
    </>
  );
}
