/**
 * The seams of the XMPP side: what a protocol feature is given, what it gives back, and what the core hears.
 *
 * A feature is a small function that takes its ports and registers itself (see `Feature`). Stanzas go in,
 * domain events (`XmppEvent`) come out; intents go in, stanzas come out. No feature knows a store or a window.
 */
import type { Element } from "@xmpp/xml";
import type { BareJid, FullJid } from "../../shared/jid.ts";
import type { Advanced, ConnectionState } from "../../shared/model/account.ts";
import type { ArchiveEntry } from "../model/message.ts";
import type { AdHoc } from "./services/adhoc.ts";
import type { RoomsKnown } from "./message/read.ts";
import type { Entities } from "./services/entities.ts";
import type { XmlError } from "./stream/connection/parser.ts";
import type { XmppEvent } from "./events.ts";
import type { IqHandler } from "./stream/iq-answers.ts";
import type { InviteIntents } from "./roster/invites.ts";
import type { BookmarkIntents, RoomIntents } from "./room-intents.ts";
import type {
  ArchiveIntents,
  AvatarIntents,
  DeviceIntents,
  DisplayedSyncIntents,
  MessageIntents,
  PresenceIntents,
  RosterIntents,
} from "./intents.ts";

/** A live, authenticated stream, as features see it. */
export interface Stream {
  /** Our bare JID. */
  readonly account: BareJid;
  /** Our full JID; changes with each new session. */
  readonly jid: FullJid;
  /** True between the `online` and `offline` hooks of a feature. */
  readonly online: boolean;
  /**
   * Hands a stanza to the stream.
   * @param tag comes back in the event `acked` once the server has the stanza (XEP-0198)
   * @throws {NotConnected} when there is no stream; the stanza is not kept
   */
  send(stanza: Element, tag?: string): Promise<void>;
  /** Sends an element that is no stanza and does not count (XEP-0198 §2). @throws {NotConnected} */
  sendNonza(element: Element): Promise<void>;
  /** While on, long answers come without the pauses of slow acknowledgements; see `XmppStream.hurry`. */
  hurry(on: boolean): void;
  /**
   * Sends an IQ of type get or set and waits for the answer. An answer counts only from whom we asked
   * (RFC 6120 §8.1.2.1: no `to` means our own account or our server).
   * @param timeout milliseconds, 30,000 unless told
   * @returns the `<iq type="result">`
   * @throws {StanzaError} when the answer is an error; {RequestTimeout}; {NotConnected}
   */
  request(iq: Element, timeout?: number): Promise<Element>;
  /** Settles when all that came in until now is handled: answers are seen ahead of it. @throws when that cannot be */
  handled(): Promise<void>;
}

export interface SessionStart {
  /**
   * The server still knew the old session (XEP-0198 §5), so nothing was lost, and every feature had its turn in it, as
   * far as this process knows: what another one did before it ended is not known.
   */
  resumed: boolean;
  /** What binding has switched on already (XEP-0386). */
  bound: { carbons: boolean; csi: boolean };
  /** Features of the authenticated stream; empty for a session that was resumed inside SASL2. */
  features: Element;
}

/** What a protocol feature registers. Hooks run in the order of the list in `client.ts`. */
export interface Feature {
  readonly name: string;
  /** What we announce for it in disco#info (XEP-0030). */
  readonly disco?: readonly string[];
  /**
   * Looks at an incoming message or presence. Returns true (or a promise of it) when the stanza is its own and no later
   * feature should see it. The promise settles only after every effect is committed: the stanza is
   * acknowledged to the server after that (rule "acknowledge after commit").
   */
  stanza?(stanza: Element): boolean | Promise<boolean>;
  /** What it answers to IQs of others; `iq-answers.ts` decides who gets it, and sends it. */
  readonly answers?: readonly IqHandler[];
  /**
   * Sees a stanza the moment it comes in, before those that wait to be handled. For answers that somebody waits for:
   * true takes it away, and its effects need not be committed before it counts.
   */
  early?(stanza: Element): boolean;
  /**
   * It also takes stanzas that could not be read whole (`unreadable.ts`), and acts on nothing that they seem to say.
   */
  readonly readsUnreadable?: true;
  /** The stream is up. */
  online?(session: SessionStart): void | Promise<void>;
  /** The stream is gone. */
  offline?(): void;
}

/** What a feature needs to be built. */
export interface FeaturePorts {
  stream: Stream;
  /** Tells the core. Settles when the core has committed the effect. @throws {NotCommitted} */
  emit(event: XmppEvent): Promise<void>;
  memory: AccountMemory;
  rooms: RoomsKnown;
  /** As `HeldBack.heldSince`. */
  heldSince(stanza: Element): Promise<number | null>;
}

/** Small facts that are kept for an account over a restart, in the encrypted store. */
export interface AccountMemory {
  get(key: MemoryKey): Promise<string | null>;
  set(key: MemoryKey, value: string | null): Promise<void>;
}
export type MemoryKey =
  | "strongest-mechanism" // e.g. `SCRAM-SHA-256-PLUS`
  | "fast-token" // JSON: token, mechanism, expiry (XEP-0484)
  | "user-agent-id" // UUID for SASL2 (XEP-0388 §2.2.1)
  | "resumption" // JSON: state of XEP-0198
  | "server-features" // JSON: what the server announced last (XEP-0030)
  | "old-bookmarks" // JSON: rooms that were in the older stores (XEP-0048) when we looked last
  | "handled" // session id and count of stanzas whose effects are committed (XEP-0198)
  | "heard" // when anything came from the server last, ms since 1970
  | "resource"; // the resource that the server gave us last

export interface XmppClientOptions {
  account: BareJid;
  password: string;
  advanced: Advanced;
  pinnedFingerprint: string | null;
  /** Version of the roster that the store holds, for RFC 6121 §2.6; null when none. */
  rosterVersion: () => Promise<string | null>;
  memory: AccountMemory;
  /** A room that we are in, or were: what its occupants say to us alone is from nobody's own address. */
  isRoom?(jid: BareJid): boolean;
  /** May see our presence by a subscription (RFC 6121 §3.1). Nobody, unless told. */
  seesPresence?(jid: BareJid): boolean;
  /** Called in order, one at a time; the next stanza waits until it settles. */
  emit(event: XmppEvent): Promise<void>;
  /** Software name and version for XEP-0092 and SASL2's user-agent. */
  software: { name: string; version: string };
  /** Waits until this client may try to connect; what it gives is called when the attempt is over. */
  turn?: () => Promise<() => void>;
  /** Hears of checkpoints on the way of a stanza; see `Checkpoint` in `app/ports.ts`. */
  checkpoint?: ((at: "counted" | "recorded" | "written" | "acknowledged") => void) | undefined;
}

/** One account's whole XMPP side: connection, reconnecting, features. */
export interface XmppClient {
  /** Begins to connect and keeps at it until `stop`. Never throws: what happens comes as events. */
  start(): void;
  /** Says goodbye (unavailable presence, stream end) and stays off. Settles when the socket is closed. */
  stop(): Promise<void>;
  /** Skips the wait before the next attempt, or starts again after a final problem. */
  connectNow(): void;
  /** Password, advanced settings or pin changed: used from the next attempt on. */
  update(change: Partial<Pick<XmppClientOptions, "password" | "advanced" | "pinnedFingerprint">>): void;
  readonly state: ConnectionState;
  readonly roster: RosterIntents;
  readonly presence: PresenceIntents;
  readonly messages: MessageIntents;
  /** The largest stanza that our server takes, bytes (XEP-0478). */
  mostBytes(): number;
  readonly archive: ArchiveIntents;
  readonly displayedSync: DisplayedSyncIntents;
  readonly devices: DeviceIntents;
  readonly rooms: RoomIntents;
  readonly bookmarks: BookmarkIntents;
  readonly avatars: AvatarIntents;
  readonly commands: AdHoc;
  readonly entities: Entities;
  readonly invites: InviteIntents;
  /** The user looks at the window, or not (XEP-0352); kept for new sessions. */
  setActive(active: boolean): void;
  /** The network changed under us: finds out at once whether the link still lives. */
  checkLink(): void;
}

/** The effect of an event could not be committed: the stanza must not count. */
export class NotCommitted extends Error {
  /** It is not the stanza's fault: a full disk, a store that is closed. */
  readonly passes: boolean;
  constructor(cause: Error, passes: boolean) {
    super(cause.message, { cause });
    this.name = "NotCommitted";
    this.passes = passes;
  }
}

/** There is no live stream now. */
export class NotConnected extends Error {
  /** What ended the stream, if it was what the server said on it. */
  readonly fault: XmlError | null;
  constructor(fault: XmlError | null = null) {
    super("not connected");
    this.name = "NotConnected";
    this.fault = fault;
  }
}

/** The stream ended in the middle of a page of an archive, because of what the page holds. */
export class PageBroke extends NotConnected {
  /** The entry in which it ended, as far as it was read; null: that is not known. */
  readonly entry: { archiveId: string; content: ArchiveEntry | null } | null;
  constructor(fault: XmlError, entry: PageBroke["entry"]) {
    super(fault);
    this.name = "PageBroke";
    this.entry = entry;
  }
}

/** No answer to an IQ in time. */
export class RequestTimeout extends Error {
  constructor() {
    super("no answer in time");
    this.name = "RequestTimeout";
  }
}

/** An error answer (RFC 6120 §8.3). */
export class StanzaError extends Error {
  readonly condition: string;
  readonly type: string;
  readonly text: string;
  /** When it may be tried again, in seconds, where the other side says so. */
  readonly retryAfter: number | null;
  constructor(condition: string, type: string, text: string, retryAfter: number | null = null) {
    super(`${condition}${text === "" ? "" : `: ${text}`}`);
    this.name = "StanzaError";
    this.condition = condition;
    this.type = type;
    this.text = text;
    this.retryAfter = retryAfter;
  }
}
