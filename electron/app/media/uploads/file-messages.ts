/** The messages that carry the files which the user sends at once. */
import type { CommandArgs } from "../../../../shared/ipc/index.ts";
import type { Encryption } from "../../../../shared/model/encryption.ts";
import type { FileCopy } from "../../../attachments/file-copies.ts";
import type { OutgoingFile } from "../../../model/outgoing-file.ts";

interface FileMessage {
  uploads: OutgoingFile[];
  tokens: string[];
}

/**
 * In an encrypted chat each file is a message of its own (XEP-0454 §5: the address is the whole text); else they are
 * one message (XEP-0447 §4.2).
 * @param staged finds the staged file of a token
 */
export function fileMessages(
  files: NonNullable<CommandArgs<"message.send">["files"]>,
  staged: (token: string) => FileCopy,
  encryption: Encryption,
): FileMessage[] {
  const all = files.map(
    ({ token, name, mediaType, width = null, height = null, duration = null, thumbnail = null }) => ({
      token,
      upload: { ...staged(token), name, mediaType, width, height, duration, thumbnail, url: null },
    }),
  );
  const groups = encryption === "omemo" ? all.map((one) => [one]) : all.length === 0 ? [] : [all];
  return groups.map((group) => ({
    uploads: group.map(({ upload }) => upload),
    tokens: group.map(({ token }) => token),
  }));
}
