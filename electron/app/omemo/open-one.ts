/** What one encrypted message comes to: its text, or why there is none, and what its sender should hear of. */
import type { BareJid } from "../../../shared/jid.ts";
import type { UnreadableReason } from "../../../shared/model/encryption.ts";
import type { Decryption, OmemoSessions } from "../../omemo/ports.ts";
import type { StoredProtection } from "../../store/contract/index.ts";
import type { Envelope } from "../../xmpp/events.ts";

/** What a message came to. Null: it brings nothing to show. */
export type Opened = { body: string; protection: StoredProtection } | null;

/** What the sender should hear of, or have mended, when there is a connection. */
export interface Answer {
  jid: BareJid;
  device: number;
  /** `confirm`: it began a session. `mend`: its session does not work. */
  kind: "confirm" | "mend";
}

/** A message as far as decrypting is concerned. */
interface Sealed {
  /** Whose device wrote it: only sessions with his devices are looked at. */
  from: BareJid;
  /** The room that says so. */
  room?: BareJid;
  body: string;
  encrypted: Envelope | "malformed" | null;
  unreadable?: UnreadableReason;
}

/** How it is known that a message is held already; see `messages.known`. */
export type Held = "archive-id" | "token" | null;

export const PLAIN: StoredProtection = { kind: "none" };

/** What is not encrypted; of what could not be read there is only that it came. */
export const inTheClear = ({ body, unreadable }: Pick<Sealed, "body" | "unreadable">): NonNullable<Opened> =>
  unreadable === undefined
    ? { body, protection: PLAIN }
    : { body: "", protection: { kind: "unreadable", reason: unreadable } };

/** Nothing was written that could be shown, or be missing. */
export const isKeysOnly = ({ encrypted }: Pick<Sealed, "encrypted">): boolean =>
  encrypted !== null && encrypted !== "malformed" && encrypted.payload === null;

/** Stands for a message that is held. */
export const copyOf = ({ encrypted }: Pick<Sealed, "encrypted">): Opened => ({
  body: "",
  protection: {
    kind: "omemo",
    device: typeof encrypted === "object" && encrypted !== null ? encrypted.sid : null,
    trust: null,
    problem: "session-broken",
  },
});

/** What nobody could ever decrypt. */
export const malformed: Opened = {
  body: "",
  protection: { kind: "omemo", device: null, trust: null, problem: "malformed" },
};

/** @returns decrypts one message. Its `sentAt` is in ms, null: just now; what is to be answered goes to `answers` */
export function openerFor(own: BareJid) {
  function reading(message: Sealed, known: Held, done: Decryption, answers: Answer[]): Opened {
    const { from } = message;
    const omemo = (body: string, more: Partial<Extract<StoredProtection, { kind: "omemo" }>>): Opened => ({
      body,
      protection: { kind: "omemo", device: done.device, trust: null, problem: null, ...more },
    });
    // A copy of what is held already: our own message that comes back, or one whose key was used up by the first. The
    // store finds the one that it repeats.
    if (known !== null && (done.kind === "repeated" || done.kind === "failed"))
      return omemo("", { problem: "session-broken" });
    if (done.kind === "repeated") return null;
    if (done.kind === "failed") {
      if (done.problem === "no-session" || done.problem === "session-broken")
        answers.push({ jid: from, device: done.device, kind: "mend" });
      return isKeysOnly(message) ? null : omemo("", { problem: done.problem });
    }
    if (done.first) answers.push({ jid: from, device: done.device, kind: "confirm" });
    if (done.kind === "transport") return null;
    return omemo(done.text, { trust: from === own ? null : done.trust });
  }

  return async (
    sessions: OmemoSessions,
    message: Sealed,
    sentAt: number | null,
    known: Held,
    answers: Answer[],
  ): Promise<Opened> => {
    const { encrypted } = message;
    if (encrypted === null) return inTheClear(message);
    if (encrypted === "malformed") return malformed;
    return reading(
      message,
      known,
      await sessions.decrypt(message.from, encrypted, sentAt ?? undefined, message.room),
      answers,
    );
  };
}
