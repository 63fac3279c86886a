/**
 * A live stream for features and the core, the values that an account keeps across restarts, and the errors of a
 * stream.
 */
import type { BareJid, FullJid } from "../../shared/jid.ts";
import type { ArchiveEntry } from "../model/message.ts";
import type { XmlError } from "./stream/connection/parser.ts";
import type { Element } from "@xmpp/xml";

/** A live, authenticated stream, for features. */
export interface Stream {
  /** Our bare JID. */
  readonly account: BareJid;
  /** Our full JID; changes with each new session. */
  readonly jid: FullJid;
  /** True between the `online` and `offline` hooks of a feature. */
  readonly online: boolean;
  /**
   * Passes a stanza to the stream.
   * @param tag returned in the event `acked` when the server has acknowledged the stanza (XEP-0198)
   * @throws {NotConnected} if there is no stream; the stanza is not kept
   */
  send(stanza: Element, tag?: string): Promise<void>;
  /** As `send`, for a stanza that is worth nothing later: a resumed session does not send it again. */
  sendFleeting(stanza: Element): Promise<void>;
  /** Sends an element that is not a stanza and is not counted (XEP-0198 §2). @throws {NotConnected} */
  sendNonza(element: Element): Promise<void>;
  /** While on, long answers arrive without the pauses of slow acknowledgements; see `XmppStream.hurry`. */
  hurry(on: boolean): void;
  /**
   * Sends an IQ of type get or set and waits for the answer. An answer counts only from the requested entity (RFC 6120
   * §8.1.2.1: no `to` means our own account or our server).
   * @param timeout milliseconds, default 30,000
   * @returns the `<iq type="result">`
   * @throws {StanzaError} if the answer is an error; {RequestTimeout}; {NotConnected}
   */
  request(iq: Element, timeout?: number): Promise<Element>;
  /**
   * Resolves when all stanzas received so far are handled; answers arrive ahead of them. @throws if that is not
   * possible
   */
  handled(): Promise<void>;
}

/** Small values that an account keeps across restarts, in the encrypted store. */
export interface AccountState {
  get(key: AccountStateKey): Promise<string | null>;
  set(key: AccountStateKey, value: string | null): Promise<void>;
}

export type AccountStateKey =
  | "strongest-mechanism" // e.g. `SCRAM-SHA-256-PLUS`
  | "fast-token" // JSON: token, mechanism, expiry (XEP-0484)
  | "user-agent-id" // UUID for SASL2 (XEP-0388 §2.2.1)
  | "resumption" // JSON: state of XEP-0198
  | "server-features" // JSON: the server's last announced features (XEP-0030)
  | "old-bookmarks" // JSON: digests of the rooms in each older store (XEP-0048) at the last check
  | "bookmarks-in-old" // set: the server keeps only one XEP-0402 item, so the older stores have all bookmarks
  | "handled" // session id and count of stanzas whose effects are committed (XEP-0198)
  | "own-avatar" // SHA-1 of our avatar in hex (XEP-0084); empty: we have none
  | "heard" // when anything last arrived from the server, ms since 1970
  | "resource"; // the resource that the server last assigned

/** The effects of an event could not be committed: the stanza must not count. */
export class NotCommitted extends Error {
  /** The stanza is not to blame: a full disk, or a closed store. */
  readonly isTemporary: boolean;
  constructor(cause: Error, passes: boolean) {
    super(cause.message, { cause });
    this.name = "NotCommitted";
    this.isTemporary = passes;
  }
}

/** The address is that of a person or a server, not of a room (XEP-0045 §6). */
export class NotARoom extends Error {
  constructor() {
    super("not a room");
    this.name = "NotARoom";
  }
}

/** There is no live stream now. */
export class NotConnected extends Error {
  /** What ended the stream, if it was the server's input. */
  readonly fault: XmlError | null;
  constructor(fault: XmlError | null = null) {
    super("not connected");
    this.name = "NotConnected";
    this.fault = fault;
  }
}

/** The stream ended in the middle of an archive page because of the page's content. */
export class BrokenPage extends NotConnected {
  /** The entry during which it ended, as far as it was read; null: unknown. */
  readonly entry: { archiveId: string; content: ArchiveEntry | null } | null;
  constructor(fault: XmlError, entry: BrokenPage["entry"]) {
    super(fault);
    this.name = "BrokenPage";
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
  /** When it may be tried again, in seconds, if the other side says so. */
  readonly retryAfter: number | null;
  /** Application-specific conditions (RFC 6120 §8.3.4), unchecked. */
  readonly details: readonly Element[];
  constructor(
    condition: string,
    type: string,
    text: string,
    retryAfter: number | null = null,
    details: readonly Element[] = [],
  ) {
    super(`${condition}${text === "" ? "" : `: ${text}`}`);
    this.name = "StanzaError";
    this.condition = condition;
    this.type = type;
    this.text = text;
    this.retryAfter = retryAfter;
    this.details = details;
  }
}
