/**
 * Decrypting what is said in rooms. Who wrote it is whose session decrypts it: the room says by real address whose
 * sessions are to be tried. Where it does not, only sessions that there are already are tried, since what begins a
 * session would make a device that of whomever we take for its owner.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type { OmemoChange, OmemoSessions } from "../../omemo/ports.ts";
import type { StoredProtection } from "../../store/contract/index.ts";
import type { Envelope } from "../../xmpp/events.ts";
import type { RoomArchiveEntry, RoomMessage } from "../../xmpp/room-events.ts";
import { copyOf, inTheClear, isKeysOnly, malformed, openerFor, type Answer, type Held } from "./open-one.ts";
import type { OmemoPorts } from "./ports.ts";

/** What a message of a room came to, and whose it is as far as is known. Null: it brings nothing to show. */
export type RoomOpened = { body: string; protection: StoredProtection; jid: BareJid | null } | null;

/** People whose sessions are tried for one message. */
const MOST_TRIED = 3;

export interface OpenRoom {
  /** @param commit stores the message with the changes, in one transaction */
  message<R>(message: RoomMessage, commit: (opened: RoomOpened, changes: OmemoChange[]) => Promise<R>): Promise<R>;
  /** The same for a page of the room's archive, oldest first. */
  page<R>(
    entries: readonly RoomArchiveEntry[],
    commit: (opened: RoomOpened[], changes: OmemoChange[]) => Promise<R>,
  ): Promise<R>;
}

/**
 * @param members those of a room, as far as is known
 * @param answer hears, once the transaction is committed, of what is to be answered
 */
export function createOpenRoom(
  { account, own, store, engine }: OmemoPorts,
  members: (room: BareJid) => readonly BareJid[],
  answer: (answers: Answer[]) => void,
): OpenRoom {
  const open = openerFor(own);
  const isEncrypted = (message: RoomMessage | null): message is RoomMessage =>
    message !== null && message.encrypted !== null;

  function held(messages: readonly RoomMessage[]): Promise<Held[]> {
    const of = messages.map(({ room, nickname, occupantId, jid, own: isOwn, originId, messageId, archiveId }) => ({
      chat: room,
      from: room,
      originId,
      messageId,
      archiveId,
      room: { writer: nickname === "" ? null : { nickname, occupantId, jid }, own: isOwn },
    }));
    return store.read("messages.known", { account, of });
  }

  /** Members with a device of this number and a session with it. */
  async function candidates(room: BareJid, device: number): Promise<BareJid[]> {
    const found: BareJid[] = [];
    for (const jid of members(room)) {
      if (found.length < MOST_TRIED && (await store.read("omemo.session", { account, jid, device })) !== null)
        found.push(jid);
    }
    return found;
  }

  /** Nobody says who wrote it. */
  async function search(
    sessions: OmemoSessions,
    message: RoomMessage,
    encrypted: Envelope,
    sentAt: number | null,
  ): Promise<RoomOpened> {
    const keys = encrypted.keys.filter(({ prekey }) => !prekey);
    if (keys.length > 0) {
      for (const jid of await candidates(message.room, encrypted.sid)) {
        const done = await sessions.decrypt(jid, { ...encrypted, keys }, sentAt ?? undefined, message.room);
        if (done.kind === "text")
          return {
            body: done.text,
            protection: { kind: "omemo", device: done.device, trust: jid === own ? null : done.trust, problem: null },
            jid,
          };
        if (done.kind !== "failed") return null;
      }
    }
    return isKeysOnly(message)
      ? null
      : {
          body: "",
          protection: { kind: "omemo", device: encrypted.sid, trust: null, problem: "unknown-sender" },
          jid: null,
        };
  }

  async function one(
    sessions: OmemoSessions,
    message: RoomMessage,
    sentAt: number | null,
    known: Held,
    answers: Answer[],
  ): Promise<RoomOpened> {
    const { encrypted, jid } = message;
    if (encrypted === null) return plain(message);
    if (encrypted === "malformed") return { ...malformed!, jid };
    // Held under this very name, or ours that comes back, for which we have no key: it is told by its name.
    if (known === "archive-id" || (known !== null && message.own)) return { ...copyOf(message)!, jid };
    if (jid === null)
      return known === null ? search(sessions, message, encrypted, sentAt) : { ...copyOf(message)!, jid };
    const opened = await open(sessions, { ...message, from: jid }, sentAt, known, answers);
    return opened === null ? null : { ...opened, jid };
  }

  return {
    message(message, commit) {
      if (message.encrypted === null) return commit(plain(message), []);
      const answers: Answer[] = [];
      return engine.transaction(
        async (sessions) => {
          const [known] = await held([message]);
          return one(sessions, message, message.delayedAt, known ?? null, answers);
        },
        async (changes, opened) => {
          const result = await commit(opened, changes);
          answer(answers);
          return result;
        },
      );
    },
    page(entries, commit) {
      const encrypted = entries.flatMap(({ message, archiveId }) =>
        isEncrypted(message) ? [{ ...message, archiveId }] : [],
      );
      if (encrypted.length === 0)
        return commit(
          entries.map(({ message }) => (message === null ? null : plain(message))),
          [],
        );
      const answers: Answer[] = [];
      return engine.transaction(
        async (sessions) => {
          const known = await held(encrypted);
          const of = new Map(encrypted.map(({ archiveId }, at) => [archiveId, known[at] ?? null]));
          const opened: RoomOpened[] = [];
          for (const { message, archiveId, stamp } of entries) {
            const more: Answer[] = [];
            opened.push(message === null ? null : await one(sessions, message, stamp, of.get(archiveId) ?? null, more));
            // As in our own archive: what only moved keys may be a copy of what was read long ago.
            if (message !== null) answers.push(...more.filter(({ kind }) => kind !== "mend" || !isKeysOnly(message)));
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

const plain = (message: RoomMessage): RoomOpened => ({ ...inTheClear(message), jid: message.jid });
