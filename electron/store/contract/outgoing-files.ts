/** Operations for the files of our own messages. */
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";

export interface OutgoingFileReads {
  /** The ids of all files whose staged copy is needed: their message was queued, and they are not uploaded. */
  "files.staged": (args: Record<string, never>) => string[];
  /** The ids of those of one message. */
  "files.stagedOf": (args: { account: AccountId; message: MessageId }) => string[];
}

export interface OutgoingFileWrites {
  /**
   * A file is uploaded: from now on its message says where it is, and the staged copy is kept as the copy of the file.
   * Null: the message was deleted.
   * @param args.url what the message says: https, or `aesgcm:` in an encrypted chat
   */
  "files.uploaded": (args: { account: AccountId; message: MessageId; id: string; url: string }) => {
    message: Message;
    chat: Chat;
  } | null;
}
