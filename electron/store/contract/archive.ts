/** What the store keeps of archives (XEP-0313): our own, and those of rooms. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message, Position } from "../../../shared/model/message.ts";
import type { AccountId, ChatKey } from "../../../shared/model/primitives.ts";
import type { ArchiveEntry, Decrypted } from "../../model/message.ts";
import type { OmemoChange } from "./omemo.ts";

export interface ArchivePageResult {
  /** New ones, and ours whose delivery changed. */
  messages: Message[];
  /** Those that were changed by who wrote them, or removed. */
  amended: Message[];
  chats: Chat[];
  /** Origin-ids of ours that waited in the outbox and are in the archive: they had arrived. */
  arrived: string[];
  /** Archive ids of messages that are new and unread, and of invitations that lie among such. */
  fresh: string[];
  /** The span is gone, since another session began meanwhile: nothing was stored. */
  stale: boolean;
}

/** What the newest span of an archive lacks. */
export interface ArchiveState {
  span: number;
  /** Archive id and stamp of its oldest entry; null while nothing of it was read. */
  oldestId: string | null;
  oldestAt: number | null;
  /** Everything that the archive has is held. */
  complete: boolean;
  /** There is an older span: what lies between was missed. It ends with this archive id. */
  missed: { until: string | null } | null;
}

/** Where a chat's messages are not known to follow one another without a gap. */
export interface Gap {
  position: Position;
  /** Archive id within the contact's part of the archive before which to ask, or null: by time. */
  before: string | null;
  until: number | null;
}

export interface ArchiveReads {
  /** The newest span of our own archive, or of a room's; null before the first session. */
  "archive.state": (args: { account: AccountId; archive: BareJid | null }) => ArchiveState | null;
  /**
   * The first gap at or above which nothing is missing, from `before` upwards in time; null when nothing is missing.
   */
  "archive.gap": (args: ChatKey & { before: Position | null; archive: BareJid | null }) => Gap | null;
}

export interface ArchiveWrites {
  /**
   * A session begins that does not continue the last one, or a room is entered: room is left for what was missed.
   * @param archive a room's JID, or null: our own
   */
  "archive.open": (args: { account: AccountId; archive: BareJid | null; now: number }) => null;
  /**
   * One page of an archive, newest page first, with its span.
   * @param archive a room's JID, or null: our own
   * @param peer one contact's part of ours, below a gap
   */
  "archive.page": (args: {
    account: AccountId;
    archive: BareJid | null;
    span: number;
    peer: { jid: BareJid; position: Position } | null;
    /** Oldest first. */
    entries: ArchiveEntry<Decrypted>[];
    /**
     * The oldest id of the span when the page was asked for. With another one now the page is stale: a page between the
     * two is missing.
     */
    askedBefore: string | null;
    first: string | null;
    complete: boolean;
    /** The archive did not know our ids any more: it may have given new names to what we hold. */
    archiveChanged: boolean;
    /** Entries from this index on are new, also on a device that held nothing: they came after it was there. */
    newFrom: number;
    /** Of the ratchets that decrypted the entries; they are applied unless the page is stale. */
    changes: OmemoChange[];
    now: number;
  }) => ArchivePageResult;
  /**
   * Entries of our own archive that never came, whatever span they lie in; oldest first. Nothing is stored of what is
   * held.
   */
  "archive.private": (args: {
    account: AccountId;
    entries: ArchiveEntry<Decrypted>[];
    changes: OmemoChange[];
    now: number;
  }) => ArchivePageResult;
}
