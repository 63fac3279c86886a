/** Operations for archives (XEP-0313): our own, and those of rooms. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message, Position } from "../../../shared/model/message.ts";
import type { AccountId, ChatKey, MessageId } from "../../../shared/model/primitives.ts";
import type { ArchiveEntry, Decrypted } from "../../model/message.ts";
import type { OmemoChange } from "./omemo.ts";

export interface ArchivePageResult {
  /** New messages, and ours whose delivery changed. */
  messages: Message[];
  /** Messages that their author changed, or that were removed. */
  annotated: Message[];
  /** Unreadable corrections whose messages came, unreadable as well. They may be among the new ones. */
  removed: MessageId[];
  chats: Chat[];
  /** Origin-ids of waiting messages that the archive contains: they had arrived. */
  arrived: string[];
  /** Archive ids of new unread messages, and of invitations among them. */
  fresh: string[];
  /** The span no longer exists because another session began: nothing was stored. */
  stale: boolean;
}

export interface PrivateResult extends ArchivePageResult {
  /**
   * Archive id of the newest entry that has its place from the order of the archive; null: none has. A message written
   * here has its place from the time of writing: received ones above it may be older in the archive.
   */
  newest: string | null;
}

/** The missing parts of an archive's newest span. */
export interface ArchiveState {
  span: number;
  /** Archive id and stamp of its oldest entry; null while nothing of it was read. */
  oldestId: string | null;
  oldestAt: number | null;
  /** Archive id of its newest message; null if there is none. */
  newestId: string | null;
  /** The whole archive is stored. */
  complete: boolean;
  /** There is an older span, and messages between them are missing. It ends with this archive id. */
  missed: { until: string | null } | null;
}

/** A place in a chat where messages may be missing. */
export interface Gap {
  position: Position;
  /** Archive id within the contact's part of the archive before which to query, or null: by time. */
  before: string | null;
  until: number | null;
}

export interface ArchiveReads {
  /** The newest span of our own archive, or of a room's; null before the first session. */
  "archive.state": (args: { account: AccountId; archive: BareJid | null }) => ArchiveState | null;
  /** The nearest gap below `before`, or below the end of the chat; null if nothing is missing. */
  "archive.gap": (args: ChatKey & { before: Position | null; archive: BareJid | null }) => Gap | null;
  /** The end of the account: what comes later has a higher position. */
  "archive.end": (args: { account: AccountId }) => Position;
}

export interface ArchiveWrites {
  /**
   * A new session begins, or a room is joined: reserves positions for missed messages.
   * @param archive a room's JID, or null: our own
   */
  "archive.open": (args: { account: AccountId; archive: BareJid | null; now: number }) => null;
  /**
   * One page of an archive with its span; pages arrive newest first.
   * @param archive a room's JID, or null: our own
   * @param peer one contact's part of our archive, below a gap
   */
  "archive.page": (args: {
    account: AccountId;
    archive: BareJid | null;
    span: number;
    peer: { jid: BareJid; position: Position } | null;
    /** Oldest first. */
    entries: ArchiveEntry<Decrypted>[];
    /**
     * The oldest id of the span when the page was requested. If it has changed the page is stale, because a page
     * between the two is missing.
     */
    askedBefore: string | null;
    /** The page must contain the newest message of the session, else it is stale: it may belong on either side. */
    meets?: boolean;
    first: string | null;
    complete: boolean;
    /** The archive no longer knew our ids: it may have given new ids to known messages. */
    archiveChanged: boolean;
    /** Entries from this index on are new even on a new device: they arrived after its session began. */
    newFrom: number;
    /** Changes of the ratchets that decrypted the entries; applied unless the page is stale. */
    changes: OmemoChange[];
    now: number;
  }) => ArchivePageResult;
  /**
   * Missed entries of our own archive, in any span, oldest first. Known ones are not stored again. The first one is
   * `newest` of the last time, if there was one: nothing between them may be left out.
   * @param end `archive.end` when the archive answered: what came since is newer
   */
  "archive.private": (args: {
    account: AccountId;
    entries: ArchiveEntry<Decrypted>[];
    end: Position;
    changes: OmemoChange[];
    now: number;
  }) => PrivateResult;
}
