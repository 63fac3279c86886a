/**
 * Decrypts incoming messages. Plaintext and ratchet are stored in one transaction: after a failure either both are
 * stored or the message can be decrypted again.
 */
import type { BareJid } from "../../../shared/jid.ts";
import { readingProblem } from "../../../shared/reading-problem.ts";
import type { ArchiveEntry, Decrypted, Inbound, StoredProtection } from "../../model/message.ts";
import type { OmemoChange } from "../../omemo/ports.ts";
import { decrypterFor, asPlaintext, type KeyReply, type KnownBy } from "./decrypt-one.ts";
import type { OmemoPorts } from "./ports.ts";

/** Maximum number of members whose sessions are tried for one message. */
const MOST_TRIED = 3;

export interface Decrypt {
  /** @param commit stores the message and the changes in one transaction; null: nothing to show */
  message<R>(inbound: Inbound, commit: (decrypted: Decrypted | null, changes: OmemoChange[]) => Promise<R>): Promise<R>;
  /** The same for an archive page, oldest first. */
  page<R>(
    entries: readonly ArchiveEntry[],
    commit: (entries: ArchiveEntry<Decrypted>[], changes: OmemoChange[]) => Promise<R>,
  ): Promise<R>;
}

export const isUnreadable = (protection: StoredProtection): boolean => readingProblem(protection) !== null;

/**
 * @param members those of a room, as far as known
 * @param answer receives needed replies after the transaction is committed
 */
export function createDecrypt(
  { account, own, store, engine }: OmemoPorts,
  members: (room: BareJid) => readonly BareJid[],
  answer: (answers: KeyReply[]) => void,
): Decrypt {
  const decryptOne = decrypterFor({
    own,
    async candidates(room, device) {
      const found: BareJid[] = [];
      for (const jid of members(room)) {
        if (found.length < MOST_TRIED && (await store.read("omemo.session", { account, jid, device })) !== null)
          found.push(jid);
      }
      return found;
    },
  });

  function decryptAll<R>(
    inbounds: readonly (Inbound | null)[],
    commit: (decrypted: (Decrypted | null)[], changes: OmemoChange[]) => Promise<R>,
  ): Promise<R> {
    const encrypted = inbounds.filter((one) => one !== null && one.encrypted !== null) as Inbound[];
    if (encrypted.length === 0)
      return commit(
        inbounds.map((one) => (one === null ? null : asPlaintext(one))),
        [],
      );
    const answers: KeyReply[] = [];
    return engine.transaction(
      async (sessions) => {
        const held = await store.read("messages.known", {
          account,
          of: encrypted.map(({ conversation, author, ids }) => ({ conversation, author, ids })),
        });
        const known = new Map<Inbound, KnownBy>(encrypted.map((one, at) => [one, held[at] ?? null]));
        const decrypted: (Decrypted | null)[] = [];
        for (const one of inbounds)
          decrypted.push(one === null ? null : await decryptOne(sessions, one, known.get(one) ?? null, answers));
        return decrypted;
      },
      async (changes, decrypted) => {
        const result = await commit(decrypted, changes);
        answer(answers);
        return result;
      },
    );
  }

  return {
    message: (inbound, commit) => decryptAll([inbound], ([decrypted], changes) => commit(decrypted ?? null, changes)),
    page: (entries, commit) =>
      decryptAll(
        entries.map(({ inbound }) => inbound),
        (decrypted, changes) =>
          commit(
            entries.map(({ archiveId, stamp }, at) => ({ archiveId, stamp, inbound: decrypted[at] ?? null })),
            changes,
          ),
      ),
  };
}
