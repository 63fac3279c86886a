/** Reads back through a chat: from the store, and from the archive (XEP-0313) where messages are missing. */
import type { MessagePage, Position } from "../../../../shared/model/message.ts";
import type { ChatKey } from "../../../../shared/model/primitives.ts";
import type { Gap, Store } from "../../../store/contract/index.ts";

/**
 * Maximum number of archive pages without any text (for example only receipts) before the stored messages are shown.
 */
const MOST_FETCHES = 5;

export interface Backwards {
  gap(before: Position | null): Promise<Gap | null>;
  fill(gap: Gap): Promise<boolean>;
}

/** @param before position above which everything is already shown */
export async function readPage(
  store: Store,
  archive: Backwards,
  { account, jid, before, limit }: ChatKey & { before: Position; limit: number },
): Promise<MessagePage> {
  for (let fetches = 0; ; fetches++) {
    const page = await store.read("messages.page", { account, jid, before, limit });
    const gap = await archive.gap(before);
    if (gap === null || !touches(gap, page)) return page;
    const fetched = fetches < MOST_FETCHES && (await archive.fill(gap));
    if (fetched) continue;
    // The window can ask again from its position, which asks the archive again.
    return { ...page, older: page.older ?? page.messages[0]?.position ?? before, missing: true };
  }
}

/** Whether the page would hide that messages are missing. */
const touches = (gap: Gap, { messages, older }: MessagePage): boolean =>
  older === null || messages[0] === undefined || gap.position > messages[0].position;
