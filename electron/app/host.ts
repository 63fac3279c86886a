/** What the core requires of its host: Electron (`desktop/`) or the loopback server (`browser/`). */
import type {
  CommandArgs,
  CommandName,
  CommandResult,
  EventName,
  EventPayload,
  IpcError,
} from "../../shared/ipc/index.ts";
import type { Element } from "@xmpp/xml";
import type { ChatKey } from "../../shared/model/primitives.ts";
import type { Conversation } from "../model/conversation.ts";

/** Stores secrets of the program: in the keyring of the operating system, or in a file that only the user can read. */
export interface SecretBox {
  /** @returns the bytes; null if the name is not stored */
  load(name: string): Promise<Uint8Array | null>;
  save(name: string, secret: Uint8Array): Promise<void>;
}

export interface Notice {
  title: string;
  body: string;
  /** The chat to open on a click. */
  chat: ChatKey;
}

/**
 * Points in the processing of a message where a crash must neither lose nor duplicate anything. Incoming: `received`
 * (parsed, nothing stored), `decrypted` (the ratchet advanced in memory only), `committed` (stored, not counted),
 * `counted` (may be acknowledged to the server). Outgoing: `queued` (message and outbox stored), `recorded` (in the
 * persisted queue of XEP-0198), `written` (passed to the socket), `acknowledged` (the server has it, not stored yet).
 */
export type Checkpoint =
  "received" | "decrypted" | "committed" | "counted" | "queued" | "recorded" | "written" | "acknowledged";

/**
 * What passes a checkpoint, in the form that the code there has: stanzas on their way to or from the socket, else where
 * it belongs and what it says. None: an answer, which no feature handles.
 */
export type Passing =
  | readonly (Element | string)[]
  | { conversation: Pick<Conversation, "kind">; payload: { kind: string; replaces?: string } };

export interface Host {
  readonly kind: "desktop" | "browser";
  /** The data folder; exists. */
  readonly dataFolder: string;
  readonly version: string;
  readonly locale: string;
  readonly secretBox: SecretBox;
  notify(notice: Notice): void;
  setBadge(unread: number): void;
  /** Opens a checked link in another program. */
  openExternal(url: string): Promise<void>;
  /** Opens a file in another program, or shows it in its folder. @throws if the system cannot do that */
  openFile?(path: string, how: "open" | "folder"): Promise<void>;
  /** Default folder for backups; need not exist. */
  readonly backupFolder: string;
  /** Default folder for received files; need not exist. */
  readonly downloadFolder: string;
  /** Shows a file dialog. Null: cancelled. A host without dialogs uses the folder. */
  readonly choosePlace?: {
    toSave(path: string): Promise<string | null>;
    toOpen(folder: string): Promise<string | null>;
  };
  /** Called at every checkpoint, for tests that end the process there. */
  checkpoint?(at: Checkpoint, passing: Passing): void;
  /** Called for every event; the host batches events and sends them to its windows. */
  publish<N extends EventName>(name: N, payload: EventPayload<N>): void;
}

/** A failure with a code of the contract; anything else that a handler throws becomes `internal`. */
export class CommandError extends Error {
  readonly code: IpcError["code"];
  readonly retryable: boolean;
  constructor(code: IpcError["code"], message: string, retryable = false) {
    super(message);
    this.name = "CommandError";
    this.code = code;
    this.retryable = retryable;
  }
}

/** One handler for each command: a missing one is a compile error. */
export type Handlers = {
  [N in CommandName]: (args: CommandArgs<N>) => Promise<CommandResult<N>> | CommandResult<N>;
};

/** The running core, as a host sees it (`createCore(host)` in `core.ts`). */
export interface Core {
  readonly handlers: Handlers;
  /** Opens the store and connects the enabled accounts. Resolves when the first page of chats can be served. */
  start(): Promise<void>;
  /**
   * Says goodbye on every stream and closes the store.
   * @param impatient settles when the user does not want to wait for the goodbyes; the store is closed all the same
   */
  stop(impatient?: Promise<void>): Promise<void>;
  /** The network came back or the machine woke up: try at once. */
  networkChanged(): void;
  /** Another program or the command line passes an `xmpp:` address: asks the user. Anything else is dropped. */
  requestUri(uri: string): void;
}
