/** A live stream as features and the core see it, what is kept of it over a restart, and how it fails. */
import type { BareJid, FullJid } from "../../shared/jid.ts";
import type { ArchiveEntry } from "../model/message.ts";
import type { XmlError } from "./stream/connection/parser.ts";
import type { Element } from "@xmpp/xml";

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
