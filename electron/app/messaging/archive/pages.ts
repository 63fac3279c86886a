/** Reading back through a chat: from the disk, and from the archive (XEP-0313) where messages are missing here. */
import type { MessagePage, Position } from "../../../../shared/model/message.ts";
import type { ChatKey } from "../../../../shared/model/primitives.ts";
import type { Gap, Store } from "../../../store/contract/index.ts";

/** Pages of the archive without a single text, such as receipts only, before the user is shown what there is. */
const MOST_FETCHES = 5;

export interface Backwards {
  gap(before: Position | null): Promise<Gap | null>;
  fill(gap: Gap): Promise<boolean>;
}

/** @param before a position above which everything is shown already */
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
    // The window may ask again from where it is: then the archive is asked again, too.
    return { ...page, older: page.older ?? page.messages[0]?.position ?? before, missing: true };
  }
}

/** Would the page hide that something is missing? */
const touches = (gap: Gap, { messages, older }: MessagePage): boolean =>
  older === null || messages[0] === undefined || gap.position > messages[0].position;
