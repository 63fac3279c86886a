/** Plays a voice message or another sound: with its shape, a place to jump to, and a speed. */
import { LockKeyhole, Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components";
import type { File } from "../../../shared/model/file.ts";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { identityOf, isPlayable, type Fetched, type FileKey } from "../../state/files/fetched-files.ts";
import { showToast } from "../../state/toasts.ts";
import { logged } from "../../log.ts";
import { Spinner } from "../../ui/feedback/Spinner.tsx";
import styles from "./AudioPlayer.module.css";
import { FileCard } from "../FileCard.tsx";
import { durationText } from "../file-text.ts";
import { peaksOf } from "./peaks.ts";
import { currentSpeed, nextSpeed, nowPlaying, placeOf, rememberPlace } from "./playing.ts";
import { useFetch } from "../use-fetch.ts";
import { Waveform } from "./Waveform.tsx";

export interface AudioPlayerProps {
  of: FileKey;
  file: File;
  /** The same sound, if we have just sent it. */
  own?: Fetched | null;
}

export function AudioPlayer({ of, file, own = null }: AudioPlayerProps) {
  const t = useText();
  const formats = useFormats();
  const { fetched, isUnfit, isBusy, fetch } = useFetch(of, file, own, isPlayable, file.host !== null && file.inline);
  const player = useRef<HTMLAudioElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(file.duration === null ? null : file.duration / 1000);
  const [speed, setSpeed] = useState(currentSpeed);
  const [peaks, setPeaks] = useState<readonly number[] | null>(null);
  const name = identityOf(of, file);
  const url = fetched?.url ?? null;
  const blob = fetched?.blob ?? null;
  /** It begins to play as soon as it is there. */
  const isWanted = useRef(false);
  const [isBroken, setBroken] = useState(false);

  useEffect(() => {
    if (blob === null) return undefined;
    let isHere = true;
    void peaksOf(blob).then((found) => isHere && setPeaks(found));
    return () => void (isHere = false);
  }, [blob]);
  useEffect(() => {
    const element = player.current;
    if (element === null) return undefined;
    if (isWanted.current) {
      isWanted.current = false;
      play(element).catch(logged("a sound does not play"));
    }
    return () => {
      rememberPlace(name, element);
      element.pause();
    };
  }, [url, name]);

  // Smooth while it plays; the events of the element come four times a second.
  useEffect(() => {
    if (!isPlaying) return undefined;
    let frame = 0;
    const follow = (): void => {
      setAt(player.current?.currentTime ?? 0);
      frame = requestAnimationFrame(follow);
    };
    follow();
    return () => cancelAnimationFrame(frame);
  }, [isPlaying]);

  async function toggle(): Promise<void> {
    const element = player.current;
    if (element !== null) return element.paused ? play(element).catch(fail) : element.pause();
    isWanted.current = true;
    if ((await fetch()) === null) isWanted.current = false;
  }
  function fail(error: unknown): void {
    logged("a sound does not play")(error);
    showToast({ tone: "danger", text: t("attachment.doesNotPlay") });
  }

  if (isBroken || isUnfit || (file.host === null && fetched === null))
    return (
      <FileCard
        of={of}
        file={file}
        isOwn={own !== null}
        note={isBroken || isUnfit ? t("attachment.doesNotPlay") : null}
      />
    );
  const known = length !== null && Number.isFinite(length) && length > 0 ? length : null;
  const shown = isPlaying || at > 0 ? at : (known ?? 0);
  return (
    <span className={styles.player} dir="ltr" role="group" aria-label={t("attachment.soundNamed", { name: file.name })}>
      {url !== null && (
        <audio
          ref={player}
          src={url}
          preload="metadata"
          onPlay={() => setPlaying(true)}
          onPause={() => setPlaying(false)}
          onError={() => setBroken(true)}
          onEnded={(event) => {
            event.currentTarget.currentTime = 0;
            setAt(0);
          }}
          onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
          onLoadedMetadata={({ currentTarget }) => {
            setLength(currentTarget.duration);
            currentTarget.currentTime = placeOf(name);
          }}
          onDurationChange={({ currentTarget }) => setLength(currentTarget.duration)}
        />
      )}
      <Button
        className={styles.play ?? ""}
        aria-label={t(isPlaying ? "attachment.pause" : "attachment.play")}
        onPress={() => void toggle()}
      >
        {isBusy ? <Spinner /> : isPlaying ? <Pause /> : <Play />}
      </Button>
      <span className={styles.middle}>
        <span className={styles.shape}>
          <Waveform peaks={peaks} played={known === null ? 0 : Math.min(1, at / known)} />
          <input
            className={styles.place}
            type="range"
            min={0}
            max={known ?? 1}
            step={0.1}
            value={Math.min(at, known ?? 1)}
            disabled={url === null || known === null}
            aria-label={t("attachment.place")}
            aria-valuetext={durationText(at * 1000)}
            onChange={(event) => {
              const to = Number(event.target.value);
              if (player.current !== null) player.current.currentTime = to;
              setAt(to);
            }}
          />
        </span>
        <span className={styles.line}>
          {file.encrypted && <LockKeyhole role="img" aria-label={t("attachment.encrypted")} />}
          <span>{known === null && file.size !== null ? formats.bytes(file.size) : durationText(shown * 1000)}</span>
        </span>
      </span>
      <Button
        className={styles.speed ?? ""}
        aria-label={t("attachment.speed", { speed: formats.number(speed) })}
        onPress={() => {
          const next = nextSpeed();
          setSpeed(next);
          if (player.current !== null) player.current.playbackRate = next;
        }}
      >
        {`${formats.number(speed)}×`}
      </Button>
    </span>
  );

  async function play(element: HTMLAudioElement): Promise<void> {
    nowPlaying(element);
    setSpeed(currentSpeed());
    element.playbackRate = currentSpeed();
    await element.play();
  }
}
