/** Operations for the copies of files on this disk. */
import type { Jid } from "../../../shared/jid.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";

/** An encrypted copy: its name, and its key in hex. */
export interface KeptFile {
  id: string;
  iv: string;
  key: string;
  /** Of the file itself, bytes. */
  size: number;
}

interface FileOfMessage {
  account: AccountId;
  id: MessageId;
  /** Its index in the message. */
  file: number;
}

/** What the copies of a chat take. */
export interface ChatUsage {
  account: AccountId;
  jid: Jid;
  files: number;
  bytes: number;
}

export interface KeptFileReads {
  /** Null: there is no copy of the file that the message shares now. */
  "files.kept": (args: FileOfMessage) => KeptFile | null;
  /** The names of all copies. */
  "files.copies": (args: Record<string, never>) => string[];
  /** By chat, the largest first. */
  "files.usage": (args: Record<string, never>) => ChatUsage[];
}

export interface KeptFileWrites {
  /** Replaces the copy of a file. False: the message does not share such a file any more. */
  "files.keep": (args: FileOfMessage & { copy: KeptFile }) => boolean;
  /** The copy is gone, or was changed. */
  "files.lost": (args: { id: string }) => null;
  /**
   * Forgets copies, together with their keys.
   * @param args.chat only of this chat
   * @param args.before only those made before this time, ms
   * @param args.larger only those of more bytes
   * @param args.starred false: not those of messages with a star
   * @returns their names
   */
  "files.release": (args: {
    chat?: { account: AccountId; jid: Jid };
    before?: number;
    larger?: number;
    starred?: boolean;
  }) => string[];
}
