/**
 * A picture of a message. Its box has the right shape before it is fetched, so that nothing moves. It is fetched when
 * it comes into view, if the settings allow that, else when the user asks.
 */
import { Download, ImageDown } from "lucide-react";
import { useState, type CSSProperties } from "react";
import type { File } from "../../shared/model/file.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { isPicture, type Fetched, type FileKey } from "../state/files/fetched-files.ts";
import { classNames } from "../ui/class-names.ts";
import { Button as AriaButton } from "react-aria-components";
import { Button } from "../ui/Button.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { Animation } from "./Animation.tsx";
import { FileCard } from "./FileCard.tsx";
import { useSave } from "./use-save.ts";
import { Placeholder } from "./Placeholder.tsx";
import { useFetch } from "./use-fetch.ts";
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
  /** Opens it in the viewer. */
  onOpen?: () => void;
}

export function Picture({ of, file, own = null, isTile = false, onOpen }: PictureProps) {
  const t = useText();
  const formats = useFormats();
  const { isSaving, save } = useSave(of);
  const { fetched, isUnfit, isBusy, fetch } = useFetch(of, file, own, isPicture, file.host !== null && file.inline);
  const url = fetched?.url ?? null;
  // Its head was that of a picture, but the rest is not.
  const [isBroken, setBroken] = useState(false);

  if (isBroken || isUnfit || (file.host === null && fetched === null))
    return <FileCard of={of} file={file} note={isBroken || isUnfit ? t("attachment.noPicture") : null} />;
  const { width, height } = fetched ?? file;
  const box = width === null || height === null ? boxOf(USUAL.width, USUAL.height) : boxOf(width, height);
  return (
    <span
      className={classNames(styles.box, isTile && styles.tile)}
      style={isTile ? undefined : ({ "--width": `${box.width}px`, "--ratio": box.ratio } as CSSProperties)}
    >
      {file.thumbnail !== null && url === null && <Placeholder uri={file.thumbnail} />}
      {fetched !== null ? (
        <>
          <Animation fetched={fetched} name={file.name} className={styles.picture} onError={() => setBroken(true)} />
          {onOpen !== undefined && (
            <AriaButton
              className={styles.open ?? ""}
              aria-label={t("attachment.openNamed", { name: file.name })}
              onPress={onOpen}
            />
          )}
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
            isPending={isBusy}
            aria-label={t("attachment.showNamed", { name: file.name })}
            onPress={() => void fetch()}
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
