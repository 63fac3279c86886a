/**
 * What one encrypted message comes to: its text, or why there is none, and what its author should hear of.
 *
 * With a contact only sessions with the contact's devices are tried. A room says by real JID whose sessions are to be
 * tried. Where it does not, only existing sessions with members are, and the message is attributed to the one that
 * decrypts it: a message that begins a session would attribute its device to whomever we take for its owner.
 */
import { toBare, type BareJid } from "../../../shared/jid.ts";
import type { Decrypted, Envelope, Inbound, StoredProtection } from "../../model/message.ts";
import type { Decryption, OmemoSessions } from "../../omemo/ports.ts";

/** What the author should hear of, or have mended, when there is a connection. */
export interface Answer {
  jid: BareJid;
  device: number;
  /** `confirm`: it began a session. `mend`: its session does not work. */
  kind: "confirm" | "mend";
}

/** How it is known that a message is held already; see `messages.known`. */
export type Held = "archive-id" | "token" | null;

interface Ports {
  /** Our bare JID. */
  own: BareJid;
  /** Members of a room that have a session with this device of theirs. */
  candidates(room: BareJid, device: number): Promise<BareJid[]>;
}

/** Whose devices can have written it, as far as is known. */
export const ownerOf = ({ conversation, author }: Pick<Inbound, "conversation" | "author">): BareJid | null =>
  conversation.kind === "room" ? (author.occupant?.jid ?? null) : author.address;

/** A message that is not encrypted; of one that could not be read there is only that it came. */
export function inTheClear({ encrypted: _, ...inbound }: Inbound): Decrypted {
  const { payload } = inbound;
  const protection: StoredProtection =
    payload.kind === "unreadable" ? { kind: "unreadable", reason: payload.reason } : { kind: "none" };
  return { ...inbound, protection };
}

function withText({ encrypted: _, ...inbound }: Inbound, body: string, protection: StoredProtection): Decrypted {
  const { payload } = inbound;
  return { ...inbound, payload: payload.kind === "text" ? { ...payload, body } : payload, protection };
}

/** Nothing was written that could be shown, or be missing. */
const isKeysOnly = ({ encrypted }: Inbound): boolean =>
  encrypted !== null && encrypted !== "malformed" && encrypted.payload === null;

/** @returns decrypts one message. Null: it brings nothing to show. What is to be answered goes to `answers` */
export function decrypterFor({ own, candidates }: Ports) {
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
    known: Held,
    done: Decryption,
    answers: Answer[],
  ): Decrypted | null {
    const omemo = (body: string, more: Partial<Extract<StoredProtection, { kind: "omemo" }>>): Decrypted =>
      withText(inbound, body, { kind: "omemo", device: done.device, trust: null, problem: null, ...more });
    // A copy of what is held already: our own message that comes back, or one whose key was used up by the first. The
    // store finds the one that it repeats.
    if (known !== null && (done.kind === "repeated" || done.kind === "failed"))
      return omemo("", { problem: "session-broken" });
    if (done.kind === "repeated") return null;
    if (done.kind === "failed") {
      // One that only moved keys is not kept: in an archive it may be a copy of one that was read so long ago that its
      // chain is forgotten.
      const mayMend = inbound.via !== "archive" || !isKeysOnly(inbound);
      if (mayMend && (done.problem === "no-session" || done.problem === "session-broken"))
        answers.push({ jid: from, device: done.device, kind: "mend" });
      return isKeysOnly(inbound) ? null : omemo("", { problem: done.problem });
    }
    if (done.first) answers.push({ jid: from, device: done.device, kind: "confirm" });
    if (done.kind === "transport") return null;
    return omemo(done.text, { trust: from === own ? null : done.trust });
  }

  /** Nobody says who wrote it. */
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
      return withText(found, done.text, { kind: "omemo", device: done.device, trust, problem: null });
    }
    if (isKeysOnly(inbound)) return null;
    return withText(inbound, "", { kind: "omemo", device: envelope.sid, trust: null, problem: "unknown-sender" });
  }

  return async (
    sessions: OmemoSessions,
    inbound: Inbound,
    known: Held,
    answers: Answer[],
  ): Promise<Decrypted | null> => {
    const { encrypted, author, conversation } = inbound;
    if (encrypted === null) return inTheClear(inbound);
    const stub = (device: number | null, problem: "malformed" | "session-broken"): Decrypted =>
      withText(inbound, "", { kind: "omemo", device, trust: null, problem });
    if (encrypted === "malformed") return stub(null, "malformed");
    // What is held under this very name needs no key, and neither does ours that a room sends back, for which we have
    // none: the store tells it by its name.
    const isReflected = known !== null && conversation.kind === "room" && author.outgoing;
    if (known === "archive-id" || isReflected) return stub(encrypted.sid, "session-broken");
    const from = ownerOf(inbound);
    if (from !== null)
      return reading(inbound, from, known, await decryptFrom(sessions, from, inbound, encrypted), answers);
    return known === null ? search(sessions, inbound, encrypted) : stub(encrypted.sid, "session-broken");
  };
}
