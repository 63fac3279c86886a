/**
 * A picture of a message. Its box has the right shape before it is fetched, so that nothing moves. It is fetched when
 * it comes into view, if the settings allow that, else when the user asks.
 */
import { Download, ImageDown } from "lucide-react";
import { useEffect, useState, type CSSProperties } from "react";
import type { File } from "../../../../shared/model/file.ts";
import { useFormats } from "../../../i18n/format.ts";
import { useText } from "../../../i18n/index.ts";
import { logged } from "../../../log.ts";
import { useAct } from "../../../state/act.ts";
import { classNames } from "../../../ui/class-names.ts";
import { Button } from "../../../ui/Button.tsx";
import { IconButton } from "../../../ui/IconButton.tsx";
import { FileCard } from "./FileCard.tsx";
import { useSave } from "./use-save.ts";
import { fetchPicture, heldPicture, type Fetched, type FileKey } from "./pictures.ts";
import { Placeholder } from "./Placeholder.tsx";
import styles from "./Picture.module.css";

/** Sides of a picture in a bubble, CSS pixels. */
const MOST = { width: 340, height: 360 };
const LEAST = 150;
/** Of a picture whose sides are unknown. */
const USUAL = { width: 280, height: 210 };

/** The box of a picture: its shape, unless it is a mere line, and not larger than the picture, unless it is tiny. */
export function boxOf(width: number, height: number): { width: number; ratio: number } {
  const ratio = Math.min(3, Math.max(0.5, width / height));
  return { width: Math.round(Math.max(LEAST, Math.min(width, MOST.width, MOST.height * ratio))), ratio };
}

export interface PictureProps {
  of: FileKey;
  file: File;
  /** The same picture, if we have sent it. */
  own?: Fetched | null;
  /** It is one of several: the grid decides about its box. */
  isTile?: boolean;
}

export function Picture({ of, file, own = null, isTile = false }: PictureProps) {
  const t = useText();
  const formats = useFormats();
  const { isBusy, act } = useAct();
  const { isSaving, save } = useSave(of);
  const [fetched, setFetched] = useState<Fetched | null>(() => own ?? heldPicture(of, file));
  const [isNone, setNone] = useState(false);
  const mayTry = file.host !== null && file.inline;
  const [isTrying, setTrying] = useState(mayTry && fetched === null);

  useEffect(() => {
    if (!isTrying) return undefined;
    let isHere = true;
    fetchPicture(of, file, true)
      .then(
        (picture) => isHere && picture !== null && setFetched(picture),
        // The button stays, and says why when it is pressed.
        logged("a picture could not be fetched by itself"),
      )
      .finally(() => isHere && setTrying(false));
    return () => void (isHere = false);
  }, [isTrying, of, file]);

  const url = fetched?.url ?? null;
  const show = () =>
    act(async () => {
      const picture = await fetchPicture(of, file, false);
      if (picture === null) setNone(true);
      else setFetched(picture);
    });

  if (isNone || (file.host === null && fetched === null))
    return <FileCard of={of} file={file} note={isNone ? t("attachment.noPicture") : null} />;
  const shape =
    fetched ?? (file.width === null || file.height === null ? USUAL : { width: file.width, height: file.height });
  const box = boxOf(shape.width, shape.height);
  return (
    <span
      className={classNames(styles.box, isTile && styles.tile)}
      style={isTile ? undefined : ({ "--width": `${box.width}px`, "--ratio": box.ratio } as CSSProperties)}
    >
      {file.thumbnail !== null && url === null && <Placeholder uri={file.thumbnail} />}
      {url !== null ? (
        <>
          <img className={styles.picture} src={url} alt={t("attachment.alt", { name: file.name })} />
          <span className={styles.save}>
            <IconButton
              size="small"
              label={t("attachment.saveNamed", { name: file.name })}
              isDisabled={isSaving || file.host === null}
              onPress={() => void save()}
            >
              <Download />
            </IconButton>
          </span>
        </>
      ) : (
        <span className={styles.cover}>
          <Button
            size="small"
            icon={<ImageDown size={16} aria-hidden="true" />}
            isPending={isBusy || isTrying}
            aria-label={t("attachment.showNamed", { name: file.name })}
            onPress={() => void show()}
          >
            {t("attachment.show")}
          </Button>
          {!isTile && (
            <span className={styles.caption}>
              <bdi className={styles.name}>{file.name}</bdi>
              <span>{file.size === null ? file.host : `${formats.bytes(file.size)} · ${file.host}`}</span>
            </span>
          )}
        </span>
      )}
    </span>
  );
}
