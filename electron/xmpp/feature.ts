/**
 * What a protocol feature is given, and what it gives back. A feature is a small function that takes its ports and
 * registers itself. Stanzas go in, events (`XmppEvent`) come out; intents go in, stanzas come out. No feature knows a
 * store or a window.
 */
import type { XmppEvent } from "./events.ts";
import type { RoomsKnown } from "./message/read.ts";
import type { AccountMemory, Stream } from "./stream.ts";
import type { Element } from "@xmpp/xml";

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
