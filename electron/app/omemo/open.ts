/**
 * Decrypting what comes in. Plaintext and ratchet are one transaction of the store: whatever breaks, either both are
 * there or the message can be decrypted once more.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type { Decryption, OmemoChange, OmemoSessions } from "../../omemo/ports.ts";
import type { ArchivedEntry, StoredProtection } from "../../store/contract.ts";
import type { ArchiveEntry, IncomingMessage } from "../../xmpp/events.ts";
import type { OmemoPorts } from "./ports.ts";

/** What a message came to. Null: it brings nothing to show. */
export type Opened = { body: string; protection: StoredProtection } | null;

/** What the sender should hear of, or have mended, when there is a connection. */
export interface Answer {
  jid: BareJid;
  device: number;
  /** `confirm`: it began a session. `mend`: its session does not work. */
  kind: "confirm" | "mend";
}

export interface Open {
  /** @param commit stores the message with the changes, in one transaction */
  message<R>(message: IncomingMessage, commit: (opened: Opened, changes: OmemoChange[]) => Promise<R>): Promise<R>;
  /** The same for a page of the archive, oldest first. */
  page<R>(entries: readonly ArchiveEntry[], commit: (entries: ArchivedEntry[], changes: OmemoChange[]) => Promise<R>): Promise<R>;
}

export const isUnreadable = (protection: StoredProtection): boolean => protection.kind === "omemo" && protection.problem !== null;

/** Nothing was written that could be shown, or be missing. */
const isKeysOnly = ({ encrypted }: IncomingMessage): boolean => encrypted !== null && encrypted !== "malformed" && encrypted.payload === null;

const PLAIN: StoredProtection = { kind: "none" };

/** @param answer hears, once the transaction is committed, of what is to be answered */
export function createOpen({ account, own, store, engine }: OmemoPorts, answer: (answers: Answer[]) => void): Open {
  function known(messages: readonly { message: IncomingMessage; archiveId: string | null }[]) {
    const of = messages.map(({ message, archiveId }) => ({
      chat: message.chat,
      from: message.from,
      originId: message.originId,
      stanzaId: message.stanzaIdAttribute === "" ? null : message.stanzaIdAttribute,
      archiveId,
    }));
    return store.read("messages.known", { account, of });
  }

  function reading(message: IncomingMessage, known: "archive-id" | "token" | null, done: Decryption, answers: Answer[]): Opened {
    const { from } = message;
    const omemo = (body: string, more: Partial<Extract<StoredProtection, { kind: "omemo" }>>): Opened => ({
      body,
      protection: { kind: "omemo", device: done.device, trust: null, problem: null, ...more },
    });
    // A copy of what is held already: our own message that comes back, or one whose key was used up by the first. The
    // store finds the one that it repeats.
    if (known !== null && (done.kind === "repeated" || done.kind === "failed")) return omemo("", { problem: "session-broken" });
    if (done.kind === "repeated") return null;
    if (done.kind === "failed") {
      if (done.problem === "no-session" || done.problem === "session-broken") answers.push({ jid: from, device: done.device, kind: "mend" });
      return isKeysOnly(message) ? null : omemo("", { problem: done.problem });
    }
    if (done.first) answers.push({ jid: from, device: done.device, kind: "confirm" });
    if (done.kind === "transport") return null;
    return omemo(done.text, { trust: from === own ? null : done.trust });
  }

  /** @param sentAt ms; null: just now */
  async function open(sessions: OmemoSessions, message: IncomingMessage, sentAt: number | null, known: "archive-id" | "token" | null, answers: Answer[]): Promise<Opened> {
    const { encrypted } = message;
    if (encrypted === null) return { body: message.body, protection: PLAIN };
    if (encrypted === "malformed") {
      return { body: "", protection: { kind: "omemo", device: null, trust: null, problem: "malformed" } };
    }
    return reading(message, known, await sessions.decrypt(message.from, encrypted, sentAt ?? undefined), answers);
  }

  return {
    message(message, commit) {
      if (message.encrypted === null) return commit({ body: message.body, protection: PLAIN }, []);
      const answers: Answer[] = [];
      return engine.transaction(
        async (sessions) => {
          const [held] = await known([{ message, archiveId: message.archiveId }]);
          return open(sessions, message, message.delayedAt, held ?? null, answers);
        },
        async (changes, opened) => {
          const result = await commit(opened, changes);
          answer(answers);
          return result;
        },
      );
    },
    page(entries, commit) {
      const encrypted = entries.flatMap(({ archiveId, content }) =>
        content?.kind === "message" && content.message.encrypted !== null ? [{ message: content.message, archiveId }] : [],
      );
      if (encrypted.length === 0) return commit(entries.map((entry) => plain(entry)), []);
      const answers: Answer[] = [];
      return engine.transaction(
        async (sessions) => {
          const held = await known(encrypted);
          const of = new Map(encrypted.map(({ archiveId }, at) => [archiveId, held[at] ?? null]));
          const opened: ArchivedEntry[] = [];
          for (const entry of entries) {
            const { content, archiveId } = entry;
            if (content?.kind !== "message" || content.message.encrypted === null) opened.push(plain(entry));
            // What is held under this very name needs no key: it is told by its name.
            else if (of.get(archiveId) === "archive-id") opened.push(withText(entry, content.message, copy(content.message)));
            else {
              const more: Answer[] = [];
              opened.push(withText(entry, content.message, await open(sessions, content.message, entry.stamp, of.get(archiveId) ?? null, more)));
              // One that only moved keys is not kept. This may be a copy of one that was read so long ago that its chain is forgotten.
              answers.push(...more.filter(({ kind }) => kind !== "mend" || !isKeysOnly(content.message)));
            }
          }
          return opened;
        },
        async (changes, opened) => {
          const result = await commit(opened, changes);
          answer(answers);
          return result;
        },
      );
    },
  };
}

/** Stands for a message that is held. */
const copy = ({ encrypted }: IncomingMessage): Opened => ({
  body: "",
  protection: { kind: "omemo", device: typeof encrypted === "object" && encrypted !== null ? encrypted.sid : null, trust: null, problem: "session-broken" },
});

/** An entry as the store takes it, for one that is not encrypted. */
export function plain(entry: ArchiveEntry): ArchivedEntry {
  const { content } = entry;
  if (content?.kind !== "message") return { ...entry, content };
  return withText(entry, content.message, { body: content.message.body, protection: PLAIN });
}

function withText({ archiveId, stamp }: ArchiveEntry, message: IncomingMessage, opened: Opened): ArchivedEntry {
  if (opened === null) return { archiveId, stamp, content: null };
  const { chat, from, occupant, originId, stanzaIdAttribute, markable } = message;
  return { archiveId, stamp, content: { kind: "message", message: { chat, from, originId, stanzaIdAttribute, markable, ...opened, ...(occupant === undefined ? {} : { occupant }) } } };
}
