/**
 * Decrypting what comes in. Plaintext and ratchet are one transaction of the store: whatever breaks, either both are
 * there or the message can be decrypted once more.
 */
import type { BareJid } from "../../../shared/jid.ts";
import { readingProblem } from "../../../shared/reading-problem.ts";
import type { OmemoChange } from "../../omemo/ports.ts";
import type { ArchivedEntry, StoredProtection } from "../../store/contract/index.ts";
import type { ArchiveEntry, IncomingMessage } from "../../xmpp/events.ts";
import { archivedAmendment } from "../messaging/amendments/stored.ts";
import { copyOf, isKeysOnly, inTheClear, openerFor, type Answer, type Opened } from "./open-one.ts";
import type { OmemoPorts } from "./ports.ts";

export interface Open {
  /** @param commit stores the message with the changes, in one transaction */
  message<R>(message: IncomingMessage, commit: (opened: Opened, changes: OmemoChange[]) => Promise<R>): Promise<R>;
  /** The same for a page of the archive, oldest first. */
  page<R>(
    entries: readonly ArchiveEntry[],
    commit: (entries: ArchivedEntry[], changes: OmemoChange[]) => Promise<R>,
  ): Promise<R>;
}

export const isUnreadable = (protection: StoredProtection): boolean => readingProblem(protection) !== null;

/** @param answer hears, once the transaction is committed, of what is to be answered */
export function createOpen({ account, own, store, engine }: OmemoPorts, answer: (answers: Answer[]) => void): Open {
  const open = openerFor(own);
  function known(messages: readonly { message: IncomingMessage; archiveId: string | null }[]) {
    const of = messages.map(({ message, archiveId }) => ({
      chat: message.chat,
      from: message.from,
      originId: message.originId,
      messageId: message.messageId,
      archiveId,
    }));
    return store.read("messages.known", { account, of });
  }

  return {
    message(message, commit) {
      if (message.encrypted === null) return commit(inTheClear(message), []);
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
        content?.kind === "message" && content.message.encrypted !== null
          ? [{ message: content.message, archiveId }]
          : [],
      );
      if (encrypted.length === 0)
        return commit(
          entries.map((entry) => plain(entry, own)),
          [],
        );
      const answers: Answer[] = [];
      return engine.transaction(
        async (sessions) => {
          const held = await known(encrypted);
          const of = new Map(encrypted.map(({ archiveId }, at) => [archiveId, held[at] ?? null]));
          const opened: ArchivedEntry[] = [];
          for (const entry of entries) {
            const { content, archiveId } = entry;
            if (content?.kind !== "message" || content.message.encrypted === null) opened.push(plain(entry, own));
            // What is held under this very name needs no key: it is told by its name.
            else if (of.get(archiveId) === "archive-id")
              opened.push(withText(entry, content.message, copyOf(content.message)));
            else {
              const more: Answer[] = [];
              opened.push(
                withText(
                  entry,
                  content.message,
                  await open(sessions, content.message, entry.stamp, of.get(archiveId) ?? null, more),
                ),
              );
              // One that only moved keys is not kept. This may be a copy of one that was read so long ago that its
              // chain is forgotten.
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

/** An entry as the store takes it, for one that is not encrypted. */
export function plain(entry: ArchiveEntry, own: BareJid): ArchivedEntry {
  const { content } = entry;
  if (content?.kind === "amendment") return { ...entry, content: archivedAmendment(entry, content.amendment, own) };
  if (content?.kind !== "message") return { ...entry, content };
  return withText(entry, content.message, inTheClear(content.message));
}

function withText({ archiveId, stamp }: ArchiveEntry, message: IncomingMessage, opened: Opened): ArchivedEntry {
  if (opened === null) return { archiveId, stamp, content: null };
  const { chat, from, occupant, originId, messageId, markable, replaces, tombstone } = message;
  const more = {
    ...(replaces === undefined ? {} : { replaces }),
    ...(tombstone === undefined ? {} : { tombstone }),
    ...(occupant === undefined ? {} : { occupant }),
  };
  return {
    archiveId,
    stamp,
    content: { kind: "message", message: { chat, from, originId, messageId, markable, ...more, ...opened } },
  };
}
