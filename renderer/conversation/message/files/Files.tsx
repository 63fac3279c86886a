/** The files of a message: pictures alone or as an album, everything else as cards. */
import { useMemo, useState } from "react";
import type { File } from "../../../../shared/model/file.ts";
import type { Message } from "../../../../shared/model/message.ts";
import { useText } from "../../../i18n/index.ts";
import { useAct } from "../../../state/act.ts";
import { classNames } from "../../../ui/class-names.ts";
import { FileCard } from "./FileCard.tsx";
import { fetchPicture, heldPicture, identityOf, type FileKey } from "./pictures.ts";
import { isShown, ownPicture } from "./own-pictures.ts";
import { Picture } from "./Picture.tsx";
import { Upload } from "./Upload.tsx";
import styles from "./Files.module.css";

export function Files({ message }: { message: Message }) {
  const { account, id, files } = message;
  // The same objects for the same message, so that nothing is fetched twice.
  const all = useMemo(
    () => files.map((file, index) => ({ file, of: { account, id, file: index } })),
    [account, id, files],
  );
  const pictures = all.filter(({ file }) => isShown(message, file));
  const others = all.filter(({ file }) => !isShown(message, file));
  const isAlbum = pictures.length > 1;
  return (
    <span className={styles.files}>
      {pictures.length > 0 && (
        <span
          className={classNames(
            styles.pictures,
            isAlbum && styles.album,
            isAlbum && pictures.length % 2 === 1 && styles.odd,
          )}
        >
          {pictures.map(({ file, of }) => (
            <Picture key={identityOf(of, file)} of={of} file={file} own={ownPicture(message, file)} isTile={isAlbum} />
          ))}
        </span>
      )}
      {others.map(({ file, of }) => (
        <Other key={identityOf(of, file)} of={of} file={file} isOwn={message.direction === "out"} />
      ))}
      <Upload message={message} />
    </span>
  );
}

/** A picture that its author attached to be saved can be shown all the same. */
function Other({ of, file, isOwn }: { of: FileKey; file: File; isOwn: boolean }) {
  const t = useText();
  const { isBusy, act } = useAct();
  const [shown, setShown] = useState(() => (heldPicture(of, file) === null ? "no" : "yes"));
  const show = () => act(async () => setShown((await fetchPicture(of, file, false)) === null ? "never" : "yes"));
  if (shown === "yes") return <Picture of={of} file={file} />;
  return (
    <FileCard
      of={of}
      file={file}
      isOwn={isOwn}
      note={shown === "never" ? t("attachment.noPicture") : null}
      isBusy={isBusy}
      onShow={file.kind === "picture" && shown === "no" ? () => void show() : null}
    />
  );
}
