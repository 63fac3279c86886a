/**
 * Asks an archive (XEP-0313) whether the first try of a message arrived, after its session ended without an
 * acknowledgement.
 */
import { toBare, type Jid } from "../../../../shared/jid.ts";
import type { ArchivePage } from "../../../model/message.ts";
import type { OutboxEntry } from "../../../store/contract/index.ts";
import type { ArchiveQuery } from "../../../xmpp/intents.ts";
import { NotConnected } from "../../../xmpp/stream.ts";

const PAGE = 50;
/** Maximum number of pages to search in a busy chat. Beyond that, receivers detect a duplicate by the origin-id. */
const MOST_PAGES = 10;
/** Maximum difference between the server's clock and ours, ms. */
const CLOCKS_APART = 24 * 60 * 60 * 1000;

/** The part of an archive that is needed here: our own archive, or a room's. */
export interface SearchableArchive {
  supported(): Promise<boolean>;
  page(query: ArchiveQuery): Promise<ArchivePage>;
}

/**
 * @param entries of one chat, tried before
 * @returns origin-ids that are in the archive; none if it cannot be determined
 * @throws {NotConnected}
 */
export async function findArrived(
  archive: SearchableArchive,
  chat: Jid,
  entries: readonly OutboxEntry[],
): Promise<string[]> {
  const wanted = new Set(entries.map((entry) => entry.originId));
  const since = Math.min(...entries.map((entry) => entry.triedAt ?? 0)) - CLOCKS_APART;
  const found: string[] = [];
  // Some servers index private messages by the room only, and find nothing by the full JID.
  const of = toBare(chat);
  try {
    if (!(await archive.supported())) return [];
    let before: string | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page: ArchivePage = await archive.page({ with: of, before, max: PAGE });
      for (const { inbound } of page.entries) {
        // A bounced error contains our message's id.
        if (inbound === null || !inbound.author.outgoing || inbound.payload.kind === "error") continue;
        const { originId, messageId } = inbound.ids;
        const id = [originId, messageId].find((one) => one !== null && wanted.delete(one));
        if (id !== undefined && id !== null) found.push(id);
      }
      const oldest = page.entries[0]?.stamp ?? 0;
      if (wanted.size === 0 || page.complete || page.first === null || page.first === before || oldest < since) break;
      before = page.first;
    }
  } catch (error) {
    if (error instanceof NotConnected) throw error;
    // The archive cannot be searched: the message is sent again, and receivers detect a duplicate by the origin-id.
  }
  return found;
}
