/**
 * The operations of the store, for the use cases in `app/`. The database lives in a worker thread, so nothing here
 * blocks the event loop. A `write` is one transaction, however many operations it has: all or nothing.
 */
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { Advanced } from "../../../shared/model/account.ts";
import type {
  BackupChat,
  BackupContact,
  BackupCounts,
  BackupMessage,
  BackupOmemo,
  BackupSpan,
} from "../../../shared/model/backup.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Subscription, SubscriptionRequest } from "../../../shared/model/contact.ts";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { Message, MessagePage, Position } from "../../../shared/model/message.ts";
import type { OwnPresence } from "../../../shared/model/presence.ts";
import type { AccountId, ChatKey, MessageId } from "../../../shared/model/primitives.ts";
import type { Settings } from "../../../shared/model/settings.ts";
import type { SharedFile } from "../../model/file.ts";
import type { Decrypted, Inbound } from "../../model/message.ts";
import type { AnnotationReads } from "./annotations.ts";
import type { ArchiveReads, ArchiveWrites } from "./archive.ts";
import type { AvatarReads, AvatarWrites } from "./avatars.ts";
import type { KeptFileReads, KeptFileWrites } from "./kept-files.ts";
import type { MediaReads } from "./media.ts";
import type { OmemoReads, OmemoWrites } from "./omemo.ts";
import type { OutboxReads, OutboxWrites } from "./outbox.ts";
import type { OutgoingFileReads, OutgoingFileWrites } from "./outgoing-files.ts";
import type { RoomReads, RoomWrites } from "./rooms.ts";

export type { ArchivePageResult, ArchiveState, Gap, PrivateResult } from "./archive.ts";
export type { KeptFile } from "./kept-files.ts";
export type { Readers, StoredDevice } from "./omemo.ts";
export type { OutboxEntry } from "./outbox.ts";
export type { StoredRoom } from "./rooms.ts";

export interface StoredAccount {
  id: AccountId;
  jid: BareJid;
  password: string;
  enabled: boolean;
  advanced: Advanced;
  pinnedFingerprint: string | null;
  presence: OwnPresence;
}

export interface StoredContact {
  account: AccountId;
  jid: BareJid;
  name: string;
  groups: string[];
  subscription: Subscription;
  asked: boolean;
}

/** Displayed positions of a chat that were not sent to the contact or our other devices yet. */
export interface UnsentDisplayed {
  jid: Jid;
  kind: Chat["kind"];
  /** `id` of the contact's message for XEP-0333; null if none requests it. */
  displayed: { id: string; position: Position } | null;
  /** Archive id for XEP-0490; in a room, the room's. */
  synced: { id: string; position: Position } | null;
  readUpTo: Position;
}

export interface InboundResult {
  /** New or changed messages; empty if there is nothing to show. */
  messages: Message[];
  chats: Chat[];
  /** The message was unknown, or could not be read before. */
  isNew: boolean;
}

/** Operations that change nothing. */
export interface Reads
  extends
    AnnotationReads,
    ArchiveReads,
    AvatarReads,
    KeptFileReads,
    MediaReads,
    OmemoReads,
    OutboxReads,
    OutgoingFileReads,
    RoomReads {
  "settings.get": (args: Record<string, never>) => Settings;
  "accounts.all": (args: Record<string, never>) => StoredAccount[];
  "accountState.get": (args: { account: AccountId; key: string }) => string | null;
  /** Sorted by account and JID; `after` is the `next` of the previous page. */
  "roster.page": (args: { after: string | null; limit: number }) => { contacts: StoredContact[]; next: string | null };
  "roster.get": (args: { account: AccountId; jid: BareJid }) => StoredContact | null;
  "roster.version": (args: { account: AccountId }) => string | null;
  "requests.all": (args: Record<string, never>) => SubscriptionRequest[];
  /** Pinned first, then newest activity first. Closed chats are left out. */
  "chats.page": (args: { after: string | null; limit: number }) => { chats: Chat[]; next: string | null };
  /** Unread messages of all chats that are neither muted nor closed; in rooms, those that are notified. */
  "chats.unread": (args: Record<string, never>) => number;
  "chat.get": (args: ChatKey) => Chat | null;
  /** The same, but null also for a closed chat. */
  "chat.listed": (args: ChatKey) => Chat | null;
  "message.get": (args: { account: AccountId; id: MessageId }) => Message | null;
  /** A file of a message by its index, with its addresses and keys. */
  "message.file": (args: { account: AccountId; id: MessageId; file: number }) => SharedFile | null;
  /** Oldest first; `before: null` returns the newest. */
  "messages.page": (args: ChatKey & { before: Position | null; limit: number }) => MessagePage;
  /** Chats whose displayed position was not sent yet. */
  "chats.unsentDisplayed": (args: { account: AccountId }) => UnsentDisplayed[];
  /**
   * Which of these encrypted messages are known: by archive id, or by origin-id (else `id` attribute) and sender. The
   * latter finds only readable messages, because another copy of an unreadable one may be readable.
   */
  "messages.known": (args: {
    account: AccountId;
    of: Pick<Inbound, "conversation" | "author" | "ids">[];
  }) => ("archive-id" | "token" | null)[];
  /** The content of a backup; a page begins after `after` (empty or -1: at the beginning) and is empty at the end. */
  "backup.counts": (args: { account: AccountId }) => BackupCounts;
  "backup.spans": (args: { account: AccountId }) => BackupSpan[];
  /** Our own device with all its keys and sessions, if there is one, and the known devices of others. */
  "backup.omemo": (args: { account: AccountId }) => BackupOmemo[];
  "backup.contacts": (args: { account: AccountId; after: BareJid | ""; limit: number }) => BackupContact[];
  "backup.chats": (args: { account: AccountId; after: Jid | ""; limit: number }) => BackupChat[];
  "backup.messages": (args: ChatKey & { after: Position; limit: number }) => BackupMessage[];
}

/** Operations that change data. Each returns the changes for the window. */
export interface Writes
  extends ArchiveWrites, AvatarWrites, KeptFileWrites, OmemoWrites, OutboxWrites, OutgoingFileWrites, RoomWrites {
  "settings.set": (args: Settings) => null;
  "account.put": (args: StoredAccount) => null;
  /** Removes the account and all its data. */
  "account.remove": (args: { account: AccountId }) => null;
  "accountState.set": (args: { account: AccountId; key: string; value: string | null }) => null;
  /** Replaces the whole roster of the account. */
  "roster.replace": (args: { account: AccountId; items: Omit<StoredContact, "account">[]; version: string | null }) => {
    removed: BareJid[];
  };
  "roster.put": (args: { account: AccountId; item: Omit<StoredContact, "account">; version: string | null }) => null;
  "roster.remove": (args: { account: AccountId; jid: BareJid; version: string | null }) => null;
  /** `kept`: the stored request; null: nothing changed, or the limit is reached. `removed`: requests dropped for it. */
  "request.put": (args: SubscriptionRequest) => { kept: SubscriptionRequest | null; removed: BareJid[] };
  /** False: there was none. */
  "request.remove": (args: { account: AccountId; jid: BareJid }) => boolean;
  /** Creates the chat, or shows a closed one again. */
  "chat.open": (args: ChatKey & { kind: Chat["kind"]; now: number }) => Chat;
  /** Messages up to `upTo` are read. Null: no such chat. */
  "chat.markRead": (args: ChatKey & { upTo: MessageId }) => Chat | null;
  /** The user's choice. Null: no such chat. */
  "chat.setEncryption": (args: ChatKey & { encryption: Encryption }) => Chat | null;
  "chat.setFlags": (args: ChatKey & { pinned?: boolean; muted?: boolean }) => Chat | null;
  "chat.close": (args: ChatKey) => null;
  /**
   * Stores a live message or a carbon once: one with the same archive id, or the same origin-id (else `id` attribute)
   * from the same author in the same chat, is a repetition and changes nothing. A correction changes its message, or
   * waits for it; one that may not do so is a message of its own. Other changes, receipts and markers take effect if
   * their author is entitled to them.
   */
  "inbound.take": (args: { account: AccountId; inbound: Decrypted; now: number }) => InboundResult;
  /** Gives a message a star, or takes it away. Null: there is no such message. */
  "message.star": (args: { account: AccountId; id: MessageId; starred: boolean }) => Message | null;
  /** Our devices have displayed chats up to these archive ids (XEP-0490). */
  "displayed.synced": (args: { account: AccountId; items: { chat: Jid; archiveId: string }[] }) => { chats: Chat[] };
  /** The displayed positions were sent to the contact and our other devices. -1 changes nothing. */
  "chat.displayedSent": (args: ChatKey & { upTo: { displayed: Position; synced: Position } }) => null;
  /** Begins restoring, and drops what an earlier try has staged. */
  "backup.begin": (args: Record<string, never>) => null;
  /** Stages messages invisibly. @param account null: a new account. @returns number of new messages */
  "backup.stage": (args: { account: AccountId | null; chat: Jid; messages: BackupMessage[] }) => { added: number };
  /**
   * Makes everything that was staged visible, together with the rest of the backup. The account must not be connected.
   * An existing account keeps its settings; existing chats keep their flags and their order.
   * @returns `device`: `taken` we are now the backup's device, `same` we already were, `left` nothing changed
   */
  "backup.commit": (args: {
    account: StoredAccount;
    strongestMechanism: string | null;
    contacts: BackupContact[];
    chats: BackupChat[];
    spans: BackupSpan[];
    omemo: BackupOmemo[];
    takeOver: boolean;
  }) => { device: "taken" | "same" | "left" };
  /** Drops what was staged. */
  "backup.drop": (args: Record<string, never>) => null;
}

export type ReadName = keyof Reads;
export type WriteName = keyof Writes;

/** One operation of a transaction. */
export type WriteOp = { [N in WriteName]: { op: N; args: Parameters<Writes[N]>[0] } }[WriteName];
type Results<Ops extends readonly WriteOp[]> = { [I in keyof Ops]: ReturnType<Writes[Ops[I]["op"]]> };

export interface Store {
  read<N extends ReadName>(name: N, args: Parameters<Reads[N]>[0]): Promise<ReturnType<Reads[N]>>;
  /** One transaction; the results are in the order of the operations. @throws {StoreError} and nothing was changed */
  write<const Ops extends readonly WriteOp[]>(...ops: Ops): Promise<Results<Ops>>;
  close(): Promise<void>;
}

export type StoreErrorCode = "full" | "read-only" | "io" | "wrong-key" | "damaged" | "newer" | "closed" | "internal";

/** Why an operation failed. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string) {
    super(message);
    this.name = "StoreError";
    this.code = code;
  }
}

/**
 * Opens or creates the encrypted file and migrates its schema. Implemented in `open.ts` as `openStore`.
 * @param options.path file of the database; its folder exists
 * @param options.key 32 bytes
 * @throws {StoreError} `wrong-key`, `damaged`, `newer`, `io`…: the file is unchanged
 */
export type OpenStore = (options: { path: string; key: Uint8Array }) => Promise<Store>;
