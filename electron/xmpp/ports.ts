/**
 * The seams of the XMPP side: what a protocol feature is given, what it gives back, and what the core hears.
 *
 * A feature is a small function that takes its ports and registers itself (see `Feature`). Stanzas go in,
 * domain events (`XmppEvent`) come out; intents go in, stanzas come out. No feature knows a store or a window.
 */
import type { Element } from "@xmpp/xml";
import type { BareJid, FullJid } from "../../shared/jid.ts";
import type { Advanced, ConnectionState } from "../../shared/model/account.ts";
import type { Subscription } from "../../shared/model/contact.ts";
import type { Show } from "../../shared/model/presence.ts";

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
  /**
   * Sends an IQ of type get or set and waits for the answer. An answer counts only from whom we asked
   * (RFC 6120 §8.1.2.1: no `to` means our own account or our server).
   * @param timeout milliseconds, 30,000 unless told
   * @returns the `<iq type="result">`
   * @throws {StanzaError} when the answer is an error; {RequestTimeout}; {NotConnected}
   */
  request(iq: Element, timeout?: number): Promise<Element>;
}

/** What a protocol feature registers. Hooks run in the order of the list in `client.ts`. */
export interface Feature {
  readonly name: string;
  /** What we announce for it in disco#info (XEP-0030). */
  readonly disco?: readonly string[];
  /**
   * Looks at an incoming stanza. Returns true (or a promise of it) when the stanza is its own and no later
   * feature should see it. The promise settles only after every effect is committed: the stanza is
   * acknowledged to the server after that (rule "acknowledge after commit").
   */
  stanza?(stanza: Element): boolean | Promise<boolean>;
  /** The stream is up. `resumed`: the server still knew the old session (XEP-0198 §5), so nothing was lost. */
  online?(session: { resumed: boolean }): void | Promise<void>;
  /** The stream is gone. */
  offline?(): void;
}

/** What a feature needs to be built. */
export interface FeaturePorts {
  stream: Stream;
  /** Tells the core. Settles when the core has committed the effect. */
  emit(event: XmppEvent): Promise<void>;
  memory: AccountMemory;
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
  | "resource"; // the resource that the server gave us last

/** One roster item (RFC 6121 §2.1.2). */
export interface RosterItem {
  jid: BareJid;
  name: string;
  groups: string[];
  subscription: Subscription;
  asked: boolean;
}

/** A text message to or from a contact, checked for sender, size and shape. */
export interface IncomingMessage {
  /** Full or bare JID it came from (the contact's for both directions' chat). */
  from: BareJid;
  fromResource: string;
  /** `normal` or `chat` (RFC 6121 §5.2.2). */
  type: "chat" | "normal";
  body: string;
  /** The `id` attribute; empty when it had none. */
  stanzaIdAttribute: string;
  /** XEP-0359 `<origin-id/>`, else null. */
  originId: string | null;
  /** XEP-0359 `<stanza-id by="our bare JID"/>`, the archive id, only from our own server; else null. */
  archiveId: string | null;
  /** XEP-0203 stamp in ms, only when our own server put it there; else null. */
  delayedAt: number | null;
}

export type XmppEvent =
  | { type: "connection"; state: ConnectionState }
  /** The whole roster, or null items when the server said that our version is current (RFC 6121 §2.6). */
  | { type: "roster.loaded"; items: RosterItem[] | null; version: string | null }
  | { type: "roster.pushed"; item: RosterItem; version: string | null }
  | { type: "roster.removed"; jid: BareJid; version: string | null }
  | {
      type: "presence";
      from: FullJid;
      show: Show;
      status: string;
      priority: number;
      /** XEP-0319 or XEP-0203 where trustworthy, else now. */
      since: number;
      /** XEP-0115 node, for the name of the client; empty when none. */
      client: string;
    }
  /** Every resource of every contact is unknown from now on (the stream ended). */
  | { type: "presence.cleared" }
  | { type: "subscription.requested"; from: BareJid; nickname: string; message: string }
  /** The contact took the request back, or stopped its own subscription. */
  | { type: "subscription.withdrawn"; from: BareJid }
  | { type: "message.received"; message: IncomingMessage }
  /** An error came back for a message of ours, known by its `id`. */
  | { type: "message.bounced"; from: BareJid; id: string; condition: string; text: string }
  /** The server has the stanzas that were sent with these tags. */
  | { type: "acked"; tags: string[] }
  /**
   * A resumed session sends these again by itself; comes before the `online` state, so that a restarted core
   * does not send them a second time.
   */
  | { type: "resent"; tags: string[] }
  /** These stanzas were sent but the session ended before the server acknowledged them. */
  | { type: "unacked"; tags: string[] };

export interface XmppClientOptions {
  account: BareJid;
  password: string;
  advanced: Advanced;
  pinnedFingerprint: string | null;
  /** Version of the roster that the store holds, for RFC 6121 §2.6; null when none. */
  rosterVersion: () => Promise<string | null>;
  memory: AccountMemory;
  /** Called in order, one at a time; the next stanza waits until it settles. */
  emit(event: XmppEvent): Promise<void>;
  /** Software name and version for XEP-0092 and SASL2's user-agent. */
  software: { name: string; version: string };
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
}

export interface RosterIntents {
  /** Adds or changes an item (RFC 6121 §2.3, §2.4). @throws as `Stream.request` */
  set(item: { jid: BareJid; name: string; groups: string[] }): Promise<void>;
  /** RFC 6121 §2.5: also ends subscriptions both ways. */
  remove(jid: BareJid): Promise<void>;
}

export interface PresenceIntents {
  /** Our own presence; kept and sent again with every new session. */
  set(own: { show: Exclude<Show, "offline">; status: string }): Promise<void>;
  subscribe(jid: BareJid): Promise<void>;
  /** Grant (RFC 6121 §3.1.4). */
  subscribed(jid: BareJid): Promise<void>;
  /** Deny or take back (RFC 6121 §3.2). */
  unsubscribed(jid: BareJid): Promise<void>;
  unsubscribe(jid: BareJid): Promise<void>;
}

export interface MessageIntents {
  /**
   * Sends a chat message; `originId` is the stanza's `id` and its XEP-0359 origin-id, and comes back as tag
   * in `acked` and `unacked`.
   * @throws {NotConnected}
   */
  send(message: { to: BareJid; originId: string; body: string }): Promise<void>;
}

/** There is no live stream now. */
export class NotConnected extends Error {
  constructor() {
    super("not connected");
    this.name = "NotConnected";
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
  constructor(condition: string, type: string, text: string) {
    super(`${condition}${text === "" ? "" : `: ${text}`}`);
    this.name = "StanzaError";
    this.condition = condition;
    this.type = type;
    this.text = text;
  }
}
