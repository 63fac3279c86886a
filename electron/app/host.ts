/** What the core asks of its host: Electron (`desktop/`) or the loopback server (`browser/`). */
import type {
  CommandArgs,
  CommandName,
  CommandResult,
  EventName,
  EventPayload,
  IpcError,
} from "../../shared/ipc/index.ts";
import type { ChatKey } from "../../shared/model/primitives.ts";

/** Keeps a secret of the program: the operating system's keyring, or a file that only the user can read. */
export interface SecretBox {
  /** @returns the bytes, or null when nothing is kept under the name */
  load(name: string): Promise<Uint8Array | null>;
  save(name: string, secret: Uint8Array): Promise<void>;
}

export interface Notice {
  title: string;
  body: string;
  /** What to show when it is clicked. */
  chat: ChatKey;
}

/**
 * Places on the way of a message where a crash must lose nothing and double nothing. In: `received` (read, nothing
 * stored), `decrypted` (the ratchet moved in memory only), `committed` (stored, not counted), `counted` (the server may
 * be told). Out: `queued` (message and outbox stored), `recorded` (on the record of XEP-0198), `written` (handed to the
 * socket), `acknowledged` (the server has it, not stored yet).
 */
export type Checkpoint =
  "received" | "decrypted" | "committed" | "counted" | "queued" | "recorded" | "written" | "acknowledged";

export interface Host {
  readonly kind: "desktop" | "browser";
  /** Folder for everything that is kept; exists. */
  readonly dataFolder: string;
  readonly version: string;
  readonly locale: string;
  readonly secretBox: SecretBox;
  notify(notice: Notice): void;
  setBadge(unread: number): void;
  /** Opens a checked link outside. */
  openExternal(url: string): Promise<void>;
  /** Where backups are kept unless the user says otherwise; need not exist. */
  readonly backupFolder: string;
  /** Where files go that others sent, unless the user says otherwise; need not exist. */
  readonly downloadFolder: string;
  /** Asks the user for a place; null: he changed his mind. A host without such dialogs uses the folder. */
  readonly choosePlace?: {
    toSave(path: string): Promise<string | null>;
    toOpen(folder: string): Promise<string | null>;
  };
  /** Hears of every checkpoint that is passed: for tests that end the process just there. */
  checkpoint?(at: Checkpoint): void;
  /** Called for every event; the host batches and sends it to its windows. */
  publish<N extends EventName>(name: N, payload: EventPayload<N>): void;
}

/** A failure with a code of the contract; everything else that a handler throws becomes `internal`. */
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

/** One handler for each command: a missing one does not compile. */
export type Handlers = {
  [N in CommandName]: (args: CommandArgs<N>) => Promise<CommandResult<N>> | CommandResult<N>;
};

/** The running core, as a host sees it (`createCore(host)` in `core.ts`). */
export interface Core {
  readonly handlers: Handlers;
  /** Opens the store and connects the enabled accounts. Settles when the first page of chats can be served. */
  start(): Promise<void>;
  /**
   * Says goodbye on every stream and closes the store.
   * @param impatient settles when the user does not want to wait for the goodbyes; the store is closed all the same
   */
  stop(impatient?: Promise<void>): Promise<void>;
  /** The network came back or the machine woke up: try at once. */
  networkChanged(): void;
  /** Another program, or the command line, names an `xmpp:` address: the user is asked. Anything else is dropped. */
  requestUri(uri: string): void;
}
