/** The files of a message: pictures alone or as an album, sound and videos to play, everything else as cards. */
import { useMemo } from "react";
import type { File } from "../../../../shared/model/file.ts";
import type { Message } from "../../../../shared/model/message.ts";
import { useText } from "../../../i18n/index.ts";
import { AudioPlayer } from "../../../files/player/AudioPlayer.tsx";
import { FileCard } from "../../../files/FileCard.tsx";
import { isShowable, isShown } from "../../../files/file-text.ts";
import { Picture } from "../../../files/Picture.tsx";
import { useFetch } from "../../../files/use-fetch.ts";
import { VideoPlayer } from "../../../files/player/VideoPlayer.tsx";
import { identityOf, isPicture, isReadable, type FileKey } from "../../../state/files/fetched-files.ts";
import { ownFile } from "../../../state/files/own-files.ts";
import { useNavigation } from "../../../state/navigation.ts";
import { classNames } from "../../../ui/class-names.ts";
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
  const open = ({ file }: FileKey): void => {
    const { chat, direction, sentAt, writer } = message;
    const nickname = writer?.nickname ?? null;
    const at = { account, chat, id, file, sentAt, direction, nickname, shared: files[file]! };
    useNavigation.getState().showDialog({ kind: "viewer", chat: { account, jid: chat }, at });
  };
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
            <Picture
              key={identityOf(of, file)}
              of={of}
              file={file}
              own={ownFile(message, file)}
              isTile={isAlbum}
              onOpen={() => open(of)}
            />
          ))}
        </span>
      )}
      {others.map(({ file, of }) => {
        const own = ownFile(message, file);
        const key = identityOf(of, file);
        if (file.kind === "audio") return <AudioPlayer key={key} of={of} file={file} own={own} />;
        if (file.kind === "video") return <VideoPlayer key={key} of={of} file={file} own={own} />;
        return <Other key={key} of={of} file={file} isOwn={message.direction === "out"} onOpen={() => open(of)} />;
      })}
      <Upload message={message} />
    </span>
  );
}

/** A picture that its author attached to be saved can be shown all the same; a document in the viewer. */
function Other({ of, file, isOwn, onOpen }: { of: FileKey; file: File; isOwn: boolean; onOpen(): void }) {
  const t = useText();
  const isPaper = isShowable(file);
  const { fetched, isUnfit, isBusy, fetch } = useFetch(of, file, null, isPaper ? isReadable : isPicture, false);
  if (fetched !== null && !isPaper) return <Picture of={of} file={file} own={fetched} onOpen={onOpen} />;
  return (
    <FileCard
      of={of}
      file={file}
      isOwn={isOwn}
      note={isUnfit ? t(isPaper ? "document.unfit" : "attachment.noPicture") : null}
      isBusy={isBusy}
      onShow={
        isUnfit || !(isPaper || file.kind === "picture")
          ? null
          : () => void fetch().then((found) => isPaper && found !== null && onOpen())
      }
    />
  );
}
