/** After an unclear end: did the first try arrive? The archive (XEP-0313) of our own account knows what it took. */
import { toBare, type Jid } from "../../../../shared/jid.ts";
import type { ArchivePage } from "../../../model/message.ts";
import type { OutboxEntry } from "../../../store/contract/index.ts";
import type { ArchiveQuery } from "../../../xmpp/intents.ts";
import { NotConnected } from "../../../xmpp/stream.ts";

const PAGE = 50;
/** A chat in which so much was said since the first try is not read further back: receivers know the origin-id, too. */
const MOST_PAGES = 10;
/** How far the server's clock may be behind ours, ms. */
const CLOCKS_APART = 24 * 60 * 60 * 1000;

/** As much of an archive as is needed: our own, or a room's. */
export interface Searchable {
  supported(): Promise<boolean>;
  page(query: ArchiveQuery): Promise<ArchivePage>;
}

/**
 * @param entries of one chat, tried before
 * @returns origin-ids of those that are in the archive; none when it cannot tell
 * @throws {NotConnected}
 */
export async function findArrived(archive: Searchable, chat: Jid, entries: readonly OutboxEntry[]): Promise<string[]> {
  const wanted = new Set(entries.map((entry) => entry.originId));
  const since = Math.min(...entries.map((entry) => entry.triedAt ?? 0)) - CLOCKS_APART;
  const found: string[] = [];
  // Some servers keep only the room of a private message, and find nothing by the whole address.
  const of = toBare(chat);
  try {
    if (!(await archive.supported())) return [];
    let before: string | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page: ArchivePage = await archive.page({ with: of, before, max: PAGE });
      for (const { inbound } of page.entries) {
        // An error that came back bears the id of ours.
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
    // The archive cannot tell: then it is sent again, and receivers know the origin-id.
  }
  return found;
}
