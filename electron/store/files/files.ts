/** The files of messages. Their addresses and keys are only here, in the encrypted store, and in backups. */
import { fileKind, shelfOf } from "../../../shared/files/file-kind.ts";
import { safeFileName } from "../../../shared/files/file-name.ts";
import type { File, FilePreview } from "../../../shared/model/file.ts";
import { MOST_SOURCES } from "../../../shared/limits.ts";
import type { Position } from "../../../shared/model/message.ts";
import { allSources, type AttachedSources, type FileHash, type FileSource, type SharedFile } from "../../model/file.ts";
import type { Reads } from "../contract/index.ts";
import type { Connection } from "../engine/connection.ts";

export interface FileRow {
  message_id: number;
  name: string | null;
  size: number | null;
  media_type: string | null;
  width: number | null;
  height: number | null;
  duration: number | null;
  disposition: SharedFile["disposition"];
  thumbnail: string | null;
  hashes: string;
  sources: string;
  share_id: string | null;
  attached: string | null;
}

export interface FilesTable {
  /**
   * Replaces the files of a message, and forgets the copies of others; a trigger does it when it is deleted. A file
   * that stays keeps the sources that were attached to it.
   */
  set(message: number, files: readonly SharedFile[]): void;
  /** Adds sources to the files of a message (XEP-0447 §3.3). @returns whether any of them is new */
  attach(message: number, attached: readonly AttachedSources[]): boolean;
  /** In their order. */
  of(message: number): SharedFile[];
  /** By message, for a page of a chat; both ends inclusive. */
  between(chat: number, first: Position, last: Position): ReadonlyMap<number, SharedFile[]>;
  /** The message shares just these: it may be the same message, if its text is the same. */
  areSame(message: number, files: readonly SharedFile[]): boolean;
  one: Reads["message.file"];
}

/** What a copy in `kept_files` is a copy of. */
export const COPIED = "f.sources || ifnull(f.attached, '')";
/** Of a table `f`. */
export const FILE_COLUMNS =
  "f.message_id, f.name, f.size, f.media_type, f.width, f.height, f.duration, f.disposition, f.thumbnail, f.hashes, f.sources, f.share_id, f.attached";

export function filesTable({ rows, command }: Connection): FilesTable {
  const ofMessage = rows<FileRow>(`SELECT ${FILE_COLUMNS} FROM files f WHERE f.message_id = ? ORDER BY f.place`);
  const ofPage = rows<FileRow>(
    `SELECT ${FILE_COLUMNS} FROM messages m CROSS JOIN files f ON f.message_id = m.id
     WHERE m.chat_id = ? AND m.position BETWEEN ? AND ? ORDER BY m.position, f.place`,
  );
  const one = rows<FileRow>(
    `SELECT ${FILE_COLUMNS} FROM files f JOIN messages m ON m.id = f.message_id JOIN chats c ON c.id = m.chat_id
     WHERE f.message_id = ? AND f.place = ? AND c.account = ?`,
  );
  const drop = command("DELETE FROM files WHERE message_id = ?");
  const dropCopies = command(
    `DELETE FROM kept_files WHERE message_id = $message AND NOT EXISTS (SELECT 1 FROM files f
       WHERE f.message_id = $message AND f.place = kept_files.place AND ${COPIED} = kept_files.sources)`,
  );
  const insert = command(
    `INSERT INTO files (message_id, place, name, size, media_type, width, height, duration, disposition, thumbnail,
       hashes, sources, share_id, attached, shelf, chat_id, sent_at)
     SELECT $message, $place, $name, $size, $media_type, $width, $height, $duration, $disposition, $thumbnail,
       $hashes, $sources, $share_id, $attached, $shelf, chat_id, sent_at FROM messages WHERE id = $message`,
  );

  const setAttached = command("UPDATE files SET attached = $attached WHERE message_id = $message AND place = $place");
  // The copy is still that of this file.
  const keepCopy = command(
    `UPDATE kept_files SET sources = (SELECT ${COPIED} FROM files f WHERE f.message_id = $message AND f.place = $place)
     WHERE message_id = $message AND place = $place`,
  );
  const of = (message: number): SharedFile[] => ofMessage.all(message).map(fileOf);
  return {
    set(message, files) {
      const before = of(message);
      drop.run(message);
      for (const [place, shared] of files.entries()) {
        const { id, mediaType, hashes, sources, attached: _, ...file } = shared;
        const attached = attachedTo(shared, before);
        insert.run({
          ...file,
          message,
          share_id: id ?? null,
          attached: attached.length === 0 ? null : JSON.stringify(attached),
          shelf: shelfOf(mediaType, file.name),
          place,
          media_type: mediaType,
          hashes: JSON.stringify(hashes),
          sources: JSON.stringify(sources),
        });
      }
      dropCopies.run({ message });
    },
    attach(message, all) {
      const files = of(message);
      let isNew = false;
      for (const { file: id, sources } of all) {
        const place = placeOf(files, id);
        const file = files[place];
        if (file === undefined) continue;
        const known = new Set(allSources(file).map(({ url }) => url));
        const added = sources.filter(({ url }) => !known.has(url)).slice(0, Math.max(0, MOST_SOURCES - known.size));
        if (added.length === 0) continue;
        const attached = [...(file.attached ?? []), ...added];
        files[place] = { ...file, attached };
        setAttached.run({ message, place, attached: JSON.stringify(attached) });
        keepCopy.run({ message, place });
        isNew = true;
      }
      return isNew;
    },
    of,
    between(chat, first, last) {
      const found = new Map<number, SharedFile[]>();
      for (const row of ofPage.all(chat, first, last)) {
        const files = found.get(row.message_id) ?? [];
        found.set(row.message_id, [...files, fileOf(row)]);
      }
      return found;
    },
    areSame: (message, files) => identity(of(message)) === identity(files),
    one({ account, id, file }) {
      const row = one.get(id, file, account);
      return row === undefined ? null : fileOf(row);
    },
  };
}

/** @param row with `FILE_COLUMNS` */
export const fileOf = (row: FileRow): SharedFile => ({
  name: row.name,
  size: row.size,
  mediaType: row.media_type,
  width: row.width,
  height: row.height,
  duration: row.duration,
  disposition: row.disposition,
  thumbnail: row.thumbnail,
  hashes: JSON.parse(row.hashes) as FileHash[],
  sources: JSON.parse(row.sources) as FileSource[],
  ...(row.share_id === null ? {} : { id: row.share_id }),
  ...(row.attached === null ? {} : { attached: JSON.parse(row.attached) as FileSource[] }),
});

/** Index of the file with this id. Without one the only file of a message is meant. */
const placeOf = (files: readonly SharedFile[], id: string | undefined): number =>
  id === undefined && files.length === 1 ? 0 : files.findIndex((file) => file.id === id);

/** Sources that were attached to the same file before. */
function attachedTo(file: SharedFile, before: readonly SharedFile[]): readonly FileSource[] {
  const same = before.find((one) => JSON.stringify(describing(one)) === JSON.stringify(describing(file)));
  return same?.attached ?? file.attached ?? [];
}

const describing = ({ id, name, size, hashes, sources }: SharedFile) => [id ?? null, name, size, hashes, sources];

/** What tells files apart: where they are, else what they are called. */
const identity = (files: readonly SharedFile[]): string =>
  JSON.stringify(files.map(({ name, size, sources }) => (sources.length > 0 ? sources : [name, size])));

/** Files as JSON, in a column of a row that is no message. @returns null for none */
export const filesJson = (files: readonly SharedFile[]): string | null =>
  files.length === 0 ? null : JSON.stringify(files);
export const filesFromJson = (json: string | null): SharedFile[] =>
  json === null ? [] : (JSON.parse(json) as SharedFile[]);

/** The files of a message in one line: the first one, and how many there are. Null: it shares none. */
export function previewOf(given: string | null, mediaType: string | null, count: number): FilePreview | null {
  if (count === 0) return null;
  const name = safeFileName(given);
  return { name, kind: fileKind(mediaType, name), count };
}

/** What the window may see of a file. */
export function shownFile({ name: given, mediaType, disposition, ...file }: SharedFile): File {
  const sources = allSources(file);
  const source = sources.find(({ url }) => url.startsWith("https:"));
  const name = safeFileName(given);
  return {
    name,
    size: file.size,
    type: mediaType,
    kind: fileKind(mediaType, name),
    width: file.width,
    height: file.height,
    duration: file.duration,
    thumbnail: file.thumbnail,
    inline: disposition === "inline",
    encrypted: source !== undefined && source.key !== null,
    host: source === undefined ? null : new URL(source.url).host,
    pending: sources.length === 0,
  };
}
