/**
 * What the store can do, for the use cases in `app/`. The database lives in a worker thread, so nothing here
 * blocks the event loop. A `write` is one transaction, however many operations it holds: all or nothing.
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
import type { Decrypted, Inbound } from "../../model/message.ts";
import type { AmendmentReads } from "./amendments.ts";
import type { ArchiveReads, ArchiveWrites } from "./archive.ts";
import type { AvatarReads, AvatarWrites } from "./avatars.ts";
import type { OmemoReads, OmemoWrites } from "./omemo.ts";
import type { OutboxReads, OutboxWrites } from "./outbox.ts";
import type { RoomReads, RoomWrites } from "./rooms.ts";

export type { ArchivePageResult, ArchiveState, Gap } from "./archive.ts";
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

/** How far others are to be told that a chat was displayed. */
export interface ToTell {
  jid: Jid;
  kind: Chat["kind"];
  /** `id` of the contact's message for XEP-0333; null when none asks for it. */
  displayed: { id: string; position: Position } | null;
  /** Archive id for XEP-0490; in a room it is the room's. */
  synced: { id: string; position: Position } | null;
  readUpTo: Position;
}

export interface Taken {
  /** New, or changed; none when there is nothing to show. */
  messages: Message[];
  chats: Chat[];
  /** A message that was not here, or could not be read before. */
  isNew: boolean;
}

/** Operations that change nothing. */
export interface Reads extends AmendmentReads, ArchiveReads, AvatarReads, OmemoReads, OutboxReads, RoomReads {
  "settings.get": (args: Record<string, never>) => Settings;
  "accounts.all": (args: Record<string, never>) => StoredAccount[];
  "memory.get": (args: { account: AccountId; key: string }) => string | null;
  /** Sorted by account and JID; `after` is the `next` of the page before. */
  "roster.page": (args: { after: string | null; limit: number }) => { contacts: StoredContact[]; next: string | null };
  "roster.get": (args: { account: AccountId; jid: BareJid }) => StoredContact | null;
  "roster.version": (args: { account: AccountId }) => string | null;
  "requests.all": (args: Record<string, never>) => SubscriptionRequest[];
  /** Pinned first, then newest activity first. Closed chats are left out. */
  "chats.page": (args: { after: string | null; limit: number }) => { chats: Chat[]; next: string | null };
  /** Unread messages of all chats that are neither muted nor closed; of rooms those that their notices are about. */
  "chats.unread": (args: Record<string, never>) => number;
  "chat.get": (args: ChatKey) => Chat | null;
  /** The same, but null also for a closed one. */
  "chat.listed": (args: ChatKey) => Chat | null;
  "message.get": (args: { account: AccountId; id: MessageId }) => Message | null;
  /** Oldest first; `before: null` gives the newest. */
  "messages.page": (args: ChatKey & { before: Position | null; limit: number }) => MessagePage;
  /** Chats that were read further than others know. */
  "chats.toTell": (args: { account: AccountId }) => ToTell[];
  /**
   * Which of these encrypted messages are held, by archive id, or by origin-id (else stanza id) and sender. By the
   * latter only what could be read: of what could not, another copy may.
   */
  "messages.known": (args: {
    account: AccountId;
    of: Pick<Inbound, "conversation" | "author" | "ids">[];
  }) => ("archive-id" | "token" | null)[];
  /** What goes into a backup; a page begins behind `after` (empty or -1: at the beginning) and is empty at the end. */
  "backup.counts": (args: { account: AccountId }) => BackupCounts;
  "backup.spans": (args: { account: AccountId }) => BackupSpan[];
  /** Our own device with all its keys and sessions, if there is one, and what is known of other devices. */
  "backup.omemo": (args: { account: AccountId }) => BackupOmemo[];
  "backup.contacts": (args: { account: AccountId; after: BareJid | ""; limit: number }) => BackupContact[];
  "backup.chats": (args: { account: AccountId; after: Jid | ""; limit: number }) => BackupChat[];
  "backup.messages": (args: ChatKey & { after: Position; limit: number }) => BackupMessage[];
}

/** Operations that change something. Each says what is new, for the window. */
export interface Writes extends ArchiveWrites, AvatarWrites, OmemoWrites, OutboxWrites, RoomWrites {
  "settings.set": (args: Settings) => null;
  "account.put": (args: StoredAccount) => null;
  /** Removes the account and all that is stored for it. */
  "account.remove": (args: { account: AccountId }) => null;
  "memory.set": (args: { account: AccountId; key: string; value: string | null }) => null;
  /** Replaces the whole roster of the account. */
  "roster.replace": (args: { account: AccountId; items: Omit<StoredContact, "account">[]; version: string | null }) => {
    removed: BareJid[];
  };
  "roster.put": (args: { account: AccountId; item: Omit<StoredContact, "account">; version: string | null }) => null;
  "roster.remove": (args: { account: AccountId; jid: BareJid; version: string | null }) => null;
  /** `kept`: as it is now; null: nothing changed, or there is no place for it. `removed`: what had to go. */
  "request.put": (args: SubscriptionRequest) => { kept: SubscriptionRequest | null; removed: BareJid[] };
  /** False: there was none. */
  "request.remove": (args: { account: AccountId; jid: BareJid }) => boolean;
  /** Creates the chat, or shows a closed one again. */
  "chat.open": (args: ChatKey & { kind: Chat["kind"]; now: number }) => Chat;
  /** Everything up to `upTo` counts as read. Null: no such chat. */
  "chat.markRead": (args: ChatKey & { upTo: MessageId }) => Chat | null;
  /** What the user chose. Null: no such chat. */
  "chat.setEncryption": (args: ChatKey & { encryption: Encryption }) => Chat | null;
  "chat.setFlags": (args: ChatKey & { pinned?: boolean; muted?: boolean }) => Chat | null;
  "chat.close": (args: ChatKey) => null;
  /**
   * Takes in what came live or as a carbon. A message is stored once: the same archive id, or the same origin-id (else
   * `id` attribute) from the same author in the same chat is a repetition and changes nothing. A correction changes its
   * message, or waits for it; one that may not do so is a message of its own. Other changes, receipts and markers do
   * what they say, if their author may.
   */
  "inbound.take": (args: { account: AccountId; inbound: Decrypted; now: number }) => Taken;
  /** Our devices have displayed chats up to these archive ids (XEP-0490). */
  "displayed.synced": (args: { account: AccountId; items: { chat: Jid; archiveId: string }[] }) => { chats: Chat[] };
  /** The contact, and our other devices, know what was displayed up to there. -1 changes nothing. */
  "chat.told": (args: ChatKey & { upTo: { displayed: Position; synced: Position } }) => null;
  /** Restoring begins; what a try before left is forgotten. */
  "backup.begin": (args: Record<string, never>) => null;
  /** Puts messages where nobody sees them. @param account null: it is not here yet. @returns how many are new here */
  "backup.stage": (args: { account: AccountId | null; chat: Jid; messages: BackupMessage[] }) => { added: number };
  /**
   * Everything that was staged becomes visible, with the rest of the backup. The account must not be connected. One
   * that is here keeps its settings; chats that are here keep their flags and their order.
   * @returns `device`: `taken` we are the backup's device now, `same` we were it already, `left` nothing became of it
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
  /** Forgets what was staged. */
  "backup.drop": (args: Record<string, never>) => null;
}

export type ReadName = keyof Reads;
export type WriteName = keyof Writes;

/** One operation of a transaction. */
export type WriteOp = { [N in WriteName]: { op: N; args: Parameters<Writes[N]>[0] } }[WriteName];
type Results<Ops extends readonly WriteOp[]> = { [I in keyof Ops]: ReturnType<Writes[Ops[I]["op"]]> };

export interface Store {
  read<N extends ReadName>(name: N, args: Parameters<Reads[N]>[0]): Promise<ReturnType<Reads[N]>>;
  /** One transaction: the results in the order of the operations. @throws {StoreError} and nothing was changed */
  write<const Ops extends readonly WriteOp[]>(...ops: Ops): Promise<Results<Ops>>;
  close(): Promise<void>;
}

export type StoreErrorCode = "full" | "read-only" | "io" | "wrong-key" | "damaged" | "newer" | "closed" | "internal";

/** Why the store could not do it. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string) {
    super(message);
    this.name = "StoreError";
    this.code = code;
  }
}

/**
 * Opens (or creates) the encrypted file, brings its schema up to date and answers.
 * Implemented in `open.ts` as `openStore`.
 * @param options.path file of the database; its folder exists
 * @param options.key 32 bytes
 * @throws {StoreError} `wrong-key`, `damaged`, `newer`, `io`…: the file is left exactly as it was
 */
export type OpenStore = (options: { path: string; key: Uint8Array }) => Promise<Store>;
