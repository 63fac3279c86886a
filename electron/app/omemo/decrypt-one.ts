/**
 * Decrypts one message: returns its text or the reason why there is none, and the reply that its author's device needs.
 *
 * For a contact only sessions with the contact's devices are tried. In a room the real JID of the occupant determines
 * the sessions. Without one, only existing sessions with members are tried, and the message is attributed to the one
 * that decrypts it. It never starts a new session, which would attribute the device to the wrong person.
 */
import { toBare, type BareJid } from "../../../shared/jid.ts";
import { log } from "../../log/log.ts";
import type { Decrypted, Envelope, Inbound, StoredProtection } from "../../model/message.ts";
import { withLinkedFile } from "../../model/linked-file.ts";
import type { Payload } from "../../model/payload.ts";
import type { Decryption, OmemoSessions } from "../../omemo/ports.ts";
import { isBlank } from "../../xmpp/message/parts/body.ts";
import { withoutFallback } from "../../xmpp/message/parts/fallback.ts";

/** A reply to the author's device, sent when there is a connection. */
export interface KeyReply {
  jid: BareJid;
  device: number;
  /** `confirm`: the device began a session. `mend`: its session does not work. */
  kind: "confirm" | "mend";
}

/** How the store identified a message that it already has; see `messages.known`. */
export type KnownBy = "archive-id" | "token" | null;

interface Ports {
  /** Our bare JID. */
  own: BareJid;
  /** Members of a room who have a session with us for this device id. */
  candidates(room: BareJid, device: number): Promise<BareJid[]>;
}

/** The person whose devices can have written the message, as far as known. */
export const ownerOf = ({ conversation, author }: Pick<Inbound, "conversation" | "author">): BareJid | null =>
  conversation.kind === "room" ? (author.occupant?.jid ?? null) : author.address;

/** An unencrypted message. Of an unreadable one only the fact that it arrived is kept. */
export function asPlaintext({ encrypted: _, ...inbound }: Inbound): Decrypted {
  const { payload } = inbound;
  return { ...inbound, protection: payload.kind === "unreadable" ? unreadable(payload) : { kind: "none" } };
}

const unreadable = ({ reason, method }: Extract<Payload, { kind: "unreadable" }>): StoredProtection => ({
  kind: "unreadable",
  reason,
  ...(method === undefined ? {} : { method }),
});

function withText({ encrypted: _, ...inbound }: Inbound, body: string, protection: StoredProtection): Decrypted {
  if (inbound.payload.kind !== "text") return { ...inbound, protection };
  const { fallback = [], ...text } = inbound.payload;
  return { ...inbound, payload: { ...text, ...withLinkedFile(withoutFallback(body, fallback)) }, protection };
}

/** The message contains no text, only keys. */
const isKeysOnly = ({ encrypted }: Inbound): boolean =>
  encrypted !== null && encrypted !== "malformed" && encrypted.payload === null;

/** @returns a function that decrypts one message; null: nothing to show. It adds needed replies to `answers` */
export function decrypterFor({ own, candidates }: Ports) {
  /** Number of encrypted messages of blanks. */
  let blanks = 0;

  async function decryptFrom(
    sessions: OmemoSessions,
    from: BareJid,
    inbound: Inbound,
    envelope: Envelope,
  ): Promise<Decryption> {
    const { conversation, at } = inbound;
    const vouchedBy = conversation.kind === "room" ? toBare(conversation.jid) : undefined;
    return sessions.decrypt(from, envelope, at ?? undefined, vouchedBy);
  }

  function reading(
    inbound: Inbound,
    from: BareJid,
    known: KnownBy,
    done: Decryption,
    answers: KeyReply[],
  ): Decrypted | null {
    const omemo = (body: string, more: Partial<Extract<StoredProtection, { kind: "omemo" }>>): Decrypted =>
      withText(inbound, body, { kind: "omemo", device: done.device, trust: null, problem: null, ...more });
    // A copy of a known message: our own reflected one, or one whose key the first copy used up. The store finds the
    // original.
    if (known !== null && (done.kind === "repeated" || done.kind === "failed"))
      return omemo("", { problem: "session-broken" });
    if (done.kind === "repeated") return null;
    if (done.kind === "failed") {
      // A key transport message is not kept: in an archive it may be a copy of one read so long ago that its chain is
      // forgotten.
      const mayMend = inbound.via !== "archive" || !isKeysOnly(inbound);
      if (mayMend && (done.problem === "no-session" || done.problem === "session-broken"))
        answers.push({ jid: from, device: done.device, kind: "mend" });
      return isKeysOnly(inbound) ? null : omemo("", { problem: done.problem });
    }
    if (done.first) answers.push({ jid: from, device: done.device, kind: "confirm" });
    if (done.kind === "transport") return null;
    const trust = from === own ? null : done.trust;
    return written(inbound, done.text, { kind: "omemo", device: done.device, trust, problem: null });
  }

  /** What was decrypted. Blanks show nothing, but they may take the place of another text (XEP-0308). */
  function written(inbound: Inbound, text: string, protection: StoredProtection): Decrypted | null {
    if (!isBlank(text)) return withText(inbound, text, protection);
    if (inbound.payload.kind === "text" && inbound.payload.replaces !== undefined)
      return withText(inbound, "", protection);
    blanks += 1;
    // Logged at powers of ten only, so that a flood does not fill the log.
    if (Number.isInteger(Math.log10(blanks)))
      log.warn("app/omemo", `${own}: an encrypted message of blanks is not shown, number ${blanks}`);
    return null;
  }

  /** Attributes a message from an unidentified occupant to the existing session that decrypts it. */
  async function search(sessions: OmemoSessions, inbound: Inbound, envelope: Envelope): Promise<Decrypted | null> {
    const keys = envelope.keys.filter(({ prekey }) => !prekey);
    const { author, conversation } = inbound;
    for (const jid of keys.length === 0 ? [] : await candidates(toBare(conversation.jid), envelope.sid)) {
      const done = await decryptFrom(sessions, jid, inbound, { ...envelope, keys });
      if (done.kind === "failed") continue;
      if (done.kind !== "text") return null;
      const occupant = author.occupant === null ? null : { ...author.occupant, jid };
      const found = { ...inbound, author: { ...author, occupant } };
      const trust = jid === own ? null : done.trust;
      return written(found, done.text, { kind: "omemo", device: done.device, trust, problem: null });
    }
    if (isKeysOnly(inbound)) return null;
    return withText(inbound, "", { kind: "omemo", device: envelope.sid, trust: null, problem: "unknown-sender" });
  }

  return async (
    sessions: OmemoSessions,
    inbound: Inbound,
    known: KnownBy,
    answers: KeyReply[],
  ): Promise<Decrypted | null> => {
    const { encrypted, author, conversation } = inbound;
    if (encrypted === null) return asPlaintext(inbound);
    const stub = (device: number | null, problem: "malformed" | "session-broken"): Decrypted =>
      withText(inbound, "", { kind: "omemo", device, trust: null, problem });
    if (encrypted === "malformed") return stub(null, "malformed");
    // A message with a known archive id needs no key, and neither does our own one reflected by the room, for which we
    // have none: the store finds it by its id.
    const isReflected = known !== null && conversation.kind === "room" && author.outgoing;
    if (known === "archive-id" || isReflected) return stub(encrypted.sid, "session-broken");
    const from = ownerOf(inbound);
    if (from !== null)
      return reading(inbound, from, known, await decryptFrom(sessions, from, inbound, encrypted), answers);
    return known === null ? search(sessions, inbound, encrypted) : stub(encrypted.sid, "session-broken");
  };
}
