/**
 * What the store can do, for the use cases in `app/`. The database lives in a worker thread, so nothing here
 * blocks the event loop. A `write` is one transaction, however many operations it holds: all or nothing.
 */
import type { BareJid } from "../../shared/jid.ts";
import type { Advanced } from "../../shared/model/account.ts";
import type { Chat } from "../../shared/model/chat.ts";
import type { Subscription, SubscriptionRequest } from "../../shared/model/contact.ts";
import type { Message, MessagePage, Position } from "../../shared/model/message.ts";
import type { OwnPresence } from "../../shared/model/presence.ts";
import type { AccountId, ChatKey, MessageId } from "../../shared/model/primitives.ts";
import type { Settings } from "../../shared/model/settings.ts";

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

export interface OutboxEntry {
  originId: string;
  messageId: MessageId;
  to: BareJid;
  body: string;
  attempts: number;
}

/** Operations that change nothing. */
export interface Reads {
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
  /** Unread messages of all chats that are neither muted nor closed. */
  "chats.unread": (args: Record<string, never>) => number;
  "chat.get": (args: ChatKey) => Chat | null;
  /** Oldest first; `before: null` gives the newest. */
  "messages.page": (args: ChatKey & { before: Position | null; limit: number }) => MessagePage;
  /** What waits to be sent, in the order in which it was written. */
  "outbox.pending": (args: { account: AccountId }) => OutboxEntry[];
}

/** Operations that change something. Each says what is new, for the window. */
export interface Writes {
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
  "request.put": (args: SubscriptionRequest) => null;
  "request.remove": (args: { account: AccountId; jid: BareJid }) => null;
  /** Creates the chat, or shows a closed one again. */
  "chat.open": (args: ChatKey & { now: number }) => Chat;
  /** Unread becomes the number of incoming messages after `upTo`; never grows. Null: no such chat. */
  "chat.markRead": (args: ChatKey & { upTo: MessageId }) => Chat | null;
  "chat.setFlags": (args: ChatKey & { pinned?: boolean; muted?: boolean }) => Chat | null;
  "chat.close": (args: ChatKey) => null;
  /**
   * Stores an incoming message once: the same archive id, or the same origin-id (else stanza `id`) from the
   * same sender in the same chat within the account, is a duplicate and changes nothing.
   */
  "message.receive": (args: {
    account: AccountId;
    chat: BareJid;
    from: BareJid;
    body: string;
    sentAt: number;
    originId: string | null;
    stanzaId: string | null;
    archiveId: string | null;
  }) => { duplicate: true } | { duplicate: false; message: Message; chat: Chat };
  /** A message of ours: the row and its outbox entry. */
  "message.queue": (args: ChatKey & { body: string; originId: string; now: number }) => { message: Message; chat: Chat };
  /** The server has them: off the outbox, `sent`. Unknown ids are passed over. */
  "outbox.acked": (args: { account: AccountId; originIds: string[] }) => { messages: Message[]; chats: Chat[] };
  /** One more try was made. */
  "outbox.tried": (args: { account: AccountId; originId: string }) => null;
  /** A permanent error: off the outbox, `failed` with the reason. Null when the id is not ours. */
  "outbox.failed": (args: {
    account: AccountId;
    chat: BareJid;
    originId: string;
    condition: string;
    text: string;
  }) => { message: Message; chat: Chat } | null;
  /** A failed message goes back into the outbox, with the same origin-id. Null when it is not failed. */
  "message.retry": (args: { account: AccountId; id: MessageId }) => { message: Message; chat: Chat } | null;
  /** Deletes a failed message. Null when it is not failed. */
  "message.discard": (args: { account: AccountId; id: MessageId }) => { chat: Chat } | null;
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
