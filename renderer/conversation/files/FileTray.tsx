/** The files that the next message shares: what they are, their order, and how large pictures are sent. */
import { ChevronLeft, ChevronRight, FileText, Film, Mic, X } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { Select } from "../../ui/fields/Select.tsx";
import { isPicture, moveChosen, removeChosen, setForm, type Chosen, type ChosenFile } from "./chosen-files.ts";
import styles from "./FileTray.module.css";

interface FileTrayProps {
  chat: ChatKey;
  chosen: Chosen;
  /** Number of the file that is being prepared; null: none. */
  preparing: number | null;
  /** The last file was removed. */
  onEmpty(): void;
}

export function FileTray({ chat, chosen, preparing, onEmpty }: FileTrayProps) {
  const t = useText();
  const { files, form } = chosen;
  const isBusy = preparing !== null;
  const hasPictures = files.some(({ file }) => isPicture(file));
  const choices = [
    { id: "original", label: t("files.original") },
    { id: "large", label: t("files.large") },
    { id: "small", label: t("files.small") },
    { id: "file", label: t("files.asFiles") },
  ] as const;
  return (
    <section className={styles.tray} aria-label={t("files.tray")}>
      <ul className={styles.files}>
        {files.map((one, at) => (
          <Tile
            key={one.id}
            chosen={one}
            isFirst={at === 0}
            isLast={at === files.length - 1}
            isBusy={isBusy}
            onMove={(by) => moveChosen(chat, one.id, by)}
            onRemove={() => {
              removeChosen(chat, one.id);
              if (files.length === 1) onEmpty();
            }}
          />
        ))}
      </ul>
      {(hasPictures || isBusy) && (
        <div className={styles.options}>
          {hasPictures && (
            <Select
              label={t("files.size")}
              hideLabel
              choices={choices}
              value={form}
              isDisabled={isBusy}
              onChange={(id) => setForm(chat, id)}
            />
          )}
          <span className={styles.hint} role="status">
            {isBusy
              ? t("files.preparing", { number: preparing + 1, count: files.length })
              : t(form === "file" ? "files.asFilesHint" : "files.sizeHint")}
          </span>
        </div>
      )}
    </section>
  );
}

interface TileProps {
  chosen: ChosenFile;
  isFirst: boolean;
  isLast: boolean;
  isBusy: boolean;
  onMove(by: 1 | -1): void;
  onRemove(): void;
}

function Tile({ chosen: { file, preview }, isFirst, isLast, isBusy, onMove, onRemove }: TileProps) {
  const t = useText();
  const formats = useFormats();
  const Icon = file.type.startsWith("video/") ? Film : file.type.startsWith("audio/") ? Mic : FileText;
  const { name } = file;

  function onKeyDown(event: KeyboardEvent): void {
    if (!event.altKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(event.key === "ArrowLeft" ? -1 : 1);
  }

  return (
    <li className={styles.tile} onKeyDown={onKeyDown}>
      {preview === null ? <Icon className={styles.icon} aria-hidden="true" /> : <img src={preview} alt="" />}
      <span className={styles.words}>
        <bdi className={styles.name} title={name}>
          {name}
        </bdi>
        <span className={styles.size}>{formats.bytes(file.size)}</span>
      </span>
      <span className={styles.buttons}>
        {!isFirst && (
          <IconButton
            size="small"
            label={t("files.earlier", { name })}
            shortcut="Alt+←"
            isDisabled={isBusy}
            onPress={() => onMove(-1)}
          >
            <ChevronLeft />
          </IconButton>
        )}
        {!isLast && (
          <IconButton
            size="small"
            label={t("files.later", { name })}
            shortcut="Alt+→"
            isDisabled={isBusy}
            onPress={() => onMove(1)}
          >
            <ChevronRight />
          </IconButton>
        )}
        <IconButton size="small" label={t("files.remove", { name })} isDisabled={isBusy} onPress={onRemove}>
          <X />
        </IconButton>
      </span>
    </li>
  );
}
