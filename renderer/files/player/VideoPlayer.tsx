/** Plays a video in the bubble. Its box has the right shape before it is fetched, so that nothing moves. */
import { Play } from "lucide-react";
import { useEffect, useRef, useState, type CSSProperties } from "react";
import { Button } from "react-aria-components";
import type { File } from "../../../shared/model/file.ts";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { logged } from "../../log.ts";
import { useDownload } from "../../state/files/downloads.ts";
import { identityOf, isPlayable, type Fetched, type FileKey } from "../../state/files/fetched-files.ts";
import { FileCard } from "../FileCard.tsx";
import { detailsOf } from "../file-text.ts";
import { boxOf } from "../Picture.tsx";
import pictureStyles from "../Picture.module.css";
import { Placeholder } from "../Placeholder.tsx";
import { nowPlaying, placeOf, rememberPlace } from "./playing.ts";
import { useFetch } from "../use-fetch.ts";
import { Spinner } from "../../ui/feedback/Spinner.tsx";
import styles from "./VideoPlayer.module.css";

/** Of a video whose sides are unknown. */
const USUAL = { width: 320, height: 180 };

export interface VideoPlayerProps {
  of: FileKey;
  file: File;
  /** The same video, if we have just sent it. */
  own?: Fetched | null;
}

export function VideoPlayer({ of, file, own = null }: VideoPlayerProps) {
  const t = useText();
  const formats = useFormats();
  const { fetched, isUnfit, isBusy, fetch } = useFetch(of, file, own, isPlayable, file.host !== null && file.inline);
  const progress = useDownload(of);
  const player = useRef<HTMLVideoElement>(null);
  const isWanted = useRef(false);
  const [isBroken, setBroken] = useState(false);
  const name = identityOf(of, file);
  const url = fetched?.url ?? null;

  useEffect(() => {
    const element = player.current;
    if (element === null) return undefined;
    if (isWanted.current) element.play().catch(logged("a video does not play"));
    return () => rememberPlace(name, element);
  }, [url, name]);

  if (isBroken || isUnfit || (file.host === null && fetched === null))
    return (
      <FileCard
        of={of}
        file={file}
        isOwn={own !== null}
        note={isBroken || isUnfit ? t("attachment.doesNotPlay") : null}
      />
    );
  const box = boxOf(file.width ?? USUAL.width, file.height ?? USUAL.height);
  const share =
    isBusy && progress !== null && progress.total !== null && progress.total > 0
      ? `${Math.floor((100 * progress.received) / progress.total)} %`
      : null;
  return (
    <span
      className={pictureStyles.box}
      style={{ "--width": `${box.width}px`, "--ratio": box.ratio } as CSSProperties}
      dir="ltr"
    >
      {url === null ? (
        <>
          {file.thumbnail !== null && <Placeholder uri={file.thumbnail} />}
          <span className={pictureStyles.cover}>
            <Button
              className={styles.play ?? ""}
              aria-label={t("attachment.playNamed", { name: file.name })}
              onPress={() => {
                isWanted.current = true;
                void fetch();
              }}
            >
              {isBusy ? <Spinner /> : <Play />}
            </Button>
            <span className={pictureStyles.caption}>
              <bdi className={pictureStyles.name}>{file.name}</bdi>
              <span>{share ?? detailsOf(file, t, formats)}</span>
            </span>
          </span>
        </>
      ) : (
        <video
          ref={player}
          className={styles.video}
          src={url}
          controls
          preload="metadata"
          aria-label={t("attachment.videoNamed", { name: file.name })}
          onError={() => setBroken(true)}
          onPlay={(event) => nowPlaying(event.currentTarget)}
          onLoadedMetadata={({ currentTarget }) => {
            currentTarget.currentTime = placeOf(name);
          }}
        />
      )}
    </span>
  );
}
