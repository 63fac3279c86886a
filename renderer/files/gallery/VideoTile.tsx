/** A video in the gallery: its thumbnail, which opens it. */
import { Film } from "lucide-react";
import { Button } from "react-aria-components";
import type { File } from "../../../shared/model/file.ts";
import { useText } from "../../i18n/index.ts";
import { durationText } from "../file-text.ts";
import { Placeholder } from "../Placeholder.tsx";
import styles from "./Gallery.module.css";

export function VideoTile({ file, onOpen }: { file: File; onOpen(): void }) {
  const t = useText();
  return (
    <Button className={styles.video ?? ""} aria-label={t("attachment.openNamed", { name: file.name })} onPress={onOpen}>
      {file.thumbnail !== null && <Placeholder uri={file.thumbnail} />}
      <span className={styles.length}>
        <Film aria-hidden="true" />
        {file.duration !== null && durationText(file.duration)}
      </span>
    </Button>
  );
}
