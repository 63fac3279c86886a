/** The files of our own messages, from the moment a message is queued. They are deleted with it. */
import { fileLink } from "../../../shared/files/file-link.ts";
import type { FileSource, SharedFile } from "../../model/file.ts";
import { dispositionOf, type OutgoingFile } from "../../model/outgoing-file.ts";
import type { ChatsTable } from "../chats/chats.ts";
import type { OutgoingFileReads, OutgoingFileWrites } from "../contract/outgoing-files.ts";
import type { Connection } from "../engine/connection.ts";
import type { FilesTable } from "../files/files.ts";
import type { KeptFilesTable } from "../files/kept-files.ts";
import type { MessagesTable } from "./messages.ts";

type Row = Omit<OutgoingFile, "mediaType"> & { media_type: string };

const COLUMNS = [
  "id",
  "name",
  "media_type",
  "size",
  "sha256",
  "iv",
  "key",
  "width",
  "height",
  "duration",
  "thumbnail",
  "url",
] as const;

export interface OutgoingFilesTable {
  add(message: number, files: readonly OutgoingFile[]): void;
  /** In the order in which the user chose them. */
  of(message: number): OutgoingFile[];
  staged: OutgoingFileReads["files.staged"];
}

export function outgoingFiles(connection: Connection): OutgoingFilesTable {
  const { rows, column } = connection;
  const insert = connection.insert("INSERT INTO outgoing_files", ["message_id", "place", ...COLUMNS]);
  const byMessage = rows<Row>(
    `SELECT ${COLUMNS.join(", ")} FROM outgoing_files WHERE message_id = $message ORDER BY place`,
  );
  const staged = column<string>("SELECT id FROM outgoing_files WHERE url IS NULL");

  return {
    add(message, files) {
      for (const [place, { mediaType, ...file }] of files.entries())
        insert.run({ message_id: message, place, media_type: mediaType, ...file });
    },
    of: (message) => byMessage.all({ message }).map(({ media_type: mediaType, ...file }) => ({ ...file, mediaType })),
    staged: () => staged.all(),
  };
}

/** The text of a message with files, which clients without XEP-0447 show; null: not all of them are uploaded. */
export const textOf = (files: readonly OutgoingFile[]): string | null =>
  files.every(({ url }) => url !== null) ? files.map(({ url }) => url).join("\n") : null;

/** Where others get a file. @param url https, or `aesgcm:` with its key */
function sourceOf(url: string): FileSource {
  const link = fileLink(url, true);
  if (link === null || link.key === null) return { url, key: null };
  return { url: link.url, key: { cipher: "aes-256-gcm-tagged", ...link.key } };
}

/** The same file as everybody sees it; until it is uploaded nobody can fetch it. */
export function asShared({ id: _, iv: __, key: ___, sha256, url, ...file }: OutgoingFile): SharedFile {
  return {
    ...file,
    disposition: dispositionOf(file),
    hashes: [{ algorithm: "sha-256", value: sha256 }],
    sources: url === null ? [] : [sourceOf(url)],
  };
}

/** What happens to the files of a message in its chat. */
export function uploads(
  { column, command }: Connection,
  {
    chats,
    files,
    kept,
    messages,
    outgoing,
  }: {
    chats: ChatsTable;
    files: FilesTable;
    kept: KeptFilesTable;
    messages: MessagesTable;
    outgoing: OutgoingFilesTable;
  },
): { stagedOf: OutgoingFileReads["files.stagedOf"]; uploaded: OutgoingFileWrites["files.uploaded"] } {
  const chatOf = column<number>("SELECT chat_id FROM messages WHERE id = $message AND outgoing = 1");
  const setUrl = command("UPDATE outgoing_files SET url = $url WHERE id = $id AND message_id = $message");
  const chat = (account: string, message: number) => {
    const found = chats.byId(chatOf.get({ message }) ?? -1);
    return found?.account === account ? found : undefined;
  };

  return {
    stagedOf: ({ account, message }) =>
      chat(account, message) === undefined
        ? []
        : outgoing.of(message).flatMap(({ id, url }) => (url === null ? [id] : [])),
    uploaded({ account, message, id, url }) {
      const place = chat(account, message);
      if (place === undefined || setUrl.run({ message, id, url }).changes === 0) return null;
      const all = outgoing.of(message);
      files.set(message, all.map(asShared));
      for (const [at, file] of all.entries()) if (file.id === id) kept.keep(message, at, file);
      return { message: messages.get(message, place), chat: chats.view(place.id) };
    },
  };
}
