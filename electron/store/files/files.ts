/** The files of messages. Their addresses and keys are only here, in the encrypted store, and in backups. */
import { fileKind, shelfOf } from "../../../shared/files/file-kind.ts";
import { safeFileName } from "../../../shared/files/file-name.ts";
import type { File } from "../../../shared/model/file.ts";
import type { Position } from "../../../shared/model/message.ts";
import type { FileHash, FileSource, SharedFile } from "../../model/file.ts";
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
}

export interface FilesTable {
  /** Replaces the files of a message, and forgets the copies of others; a trigger does it when it is deleted. */
  set(message: number, files: readonly SharedFile[]): void;
  /** In their order. */
  of(message: number): SharedFile[];
  /** By message, for a page of a chat; both ends inclusive. */
  between(chat: number, first: Position, last: Position): ReadonlyMap<number, SharedFile[]>;
  /** The message shares just these: it may be the same message, if its text is the same. */
  areSame(message: number, files: readonly SharedFile[]): boolean;
  one: Reads["message.file"];
}

/** Of a table `f`. */
export const FILE_COLUMNS =
  "f.message_id, f.name, f.size, f.media_type, f.width, f.height, f.duration, f.disposition, f.thumbnail, f.hashes, f.sources";

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
       WHERE f.message_id = $message AND f.place = kept_files.place AND f.sources = kept_files.sources)`,
  );
  const insert = command(
    `INSERT INTO files (message_id, place, name, size, media_type, width, height, duration, disposition, thumbnail,
       hashes, sources, shelf, chat_id, sent_at)
     SELECT $message, $place, $name, $size, $media_type, $width, $height, $duration, $disposition, $thumbnail,
       $hashes, $sources, $shelf, chat_id, sent_at FROM messages WHERE id = $message`,
  );

  const of = (message: number): SharedFile[] => ofMessage.all(message).map(fileOf);
  return {
    set(message, files) {
      drop.run(message);
      for (const [place, { mediaType, hashes, sources, ...file }] of files.entries()) {
        insert.run({
          ...file,
          message,
          shelf: shelfOf(mediaType, file.name),
          place,
          media_type: mediaType,
          hashes: JSON.stringify(hashes),
          sources: JSON.stringify(sources),
        });
      }
      dropCopies.run({ message });
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
});

/** What tells files apart: where they are, else what they are called. */
const identity = (files: readonly SharedFile[]): string =>
  JSON.stringify(files.map(({ name, size, sources }) => (sources.length > 0 ? sources : [name, size])));

/** Files as JSON, in a column of a row that is no message. @returns null for none */
export const filesJson = (files: readonly SharedFile[]): string | null =>
  files.length === 0 ? null : JSON.stringify(files);
export const filesFromJson = (json: string | null): SharedFile[] =>
  json === null ? [] : (JSON.parse(json) as SharedFile[]);

/** What the window may see of a file. */
export function shownFile({ name: given, mediaType, disposition, sources, ...file }: SharedFile): File {
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
  };
}
