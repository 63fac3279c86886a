/**
 * The interface of a protocol feature. A feature is a small function that takes its ports and registers itself. Stanzas
 * go in, events (`XmppEvent`) come out; intents go in, stanzas come out. No feature knows a store or a window.
 */
import type { Refusal } from "../../shared/model/refusal.ts";
import type { XmppEvent } from "./events.ts";
import type { KnownRooms } from "./message/read.ts";
import type { AccountState, Stream } from "./stream.ts";
import type { Element } from "@xmpp/xml";

export interface SessionStart {
  /**
   * The server resumed the previous session (XEP-0198 §5), so nothing was lost, and every feature has had its turn in
   * it, unless another process began it.
   */
  resumed: boolean;
  /** The server still knew the old session, so we are where we were in it, whatever the features did. */
  continues: boolean;
  /** What binding has already enabled (XEP-0386). */
  bound: { carbons: boolean; csi: boolean };
  /** Features of the authenticated stream; empty for a session that was resumed inside SASL2. */
  features: Element;
}

/**
 * Who gets an answer; each includes those before it.
 * - `account`: our own account, for which our server answers (RFC 6121 §2.1.6).
 * - `presence`: our server, our own devices, and contacts who may see our presence.
 * - `occupants`: rooms that we joined, and their occupants; only they receive directed presence from us.
 */
export type Audience = "account" | "presence" | "occupants";

/** `result`: the child of the answer; null: none. `refused`: an error condition (RFC 6120 §8.3.3). */
export type IqAnswer = { result: Element | null } | { refused: string; type: "cancel" | "modify" };

/** A request that a feature answers. */
export interface IqHandler {
  readonly type: "get" | "set";
  /** Name of the payload element. */
  readonly name: string;
  readonly xmlns: string;
  readonly audience: Audience;
  /**
   * Resolves when every effect is committed.
   * @throws if an effect of a set cannot be committed; the stanza must not count as handled then
   */
  answer(payload: Element): IqAnswer | Promise<IqAnswer>;
}

/** The registration of a protocol feature. Hooks run in the order of the list in `client.ts`. */
export interface Feature {
  readonly name: string;
  /** Announced in disco#info (XEP-0030). */
  readonly disco?: readonly string[];
  /**
   * Reads an incoming message or presence. Returns true, or a promise of it, if the stanza is its own and later
   * features must not see it. The promise settles only after every effect is committed, and then the stanza is
   * acknowledged (rule "acknowledge after commit").
   */
  stanza?(stanza: Element): boolean | Promise<boolean>;
  /** Answers to IQs of others; `iq-answers.ts` decides who gets one, and sends it. */
  readonly answers?: readonly IqHandler[];
  /**
   * Sees a stanza as it arrives, before those that wait to be handled. For answers to requests: true consumes it, and
   * its effects need not be committed before it counts.
   */
  early?(stanza: Element): boolean;
  /** Also reads stanzas that could not be read whole (`unreadable.ts`), and ignores their apparent content. */
  readonly readsUnreadable?: true;
  /** The stream is up. */
  online?(session: SessionStart): void | Promise<void>;
  /** The stream has ended. */
  offline?(): void;
}

/** What we request by a stanza that has no answer but an error. */
export type SentRequest = Pick<Refusal, "jid" | "what" | "name">;

/** What a feature needs to be created. */
export interface FeaturePorts {
  stream: Stream;
  /** Passes an event to the core. Resolves when the core has committed its effects. @throws {NotCommitted} */
  emit(event: XmppEvent): Promise<void>;
  /**
   * Sends a message or presence under an id that only its recipient learns. A refusal is the event `request.refused`.
   * @throws {NotConnected}
   */
  sendRequest(stanza: Element, request: SentRequest): Promise<void>;
  accountState: AccountState;
  /** See `input-clock.ts`, ms. */
  now(): number;
  rooms: KnownRooms;
  /** As `DelayedDelivery.serverReceivedAt`. */
  serverReceivedAt(stanza: Element): Promise<number | null>;
}
