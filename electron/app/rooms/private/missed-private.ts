/**
 * Private messages of rooms (XEP-0045 §7.5) come only to those of our devices that are in the room, and servers make no
 * copies of them for the others (XEP-0280 §6.1). So what was said there before we came in, and what was written
 * elsewhere, may be in our archive only, also within what came live: once caught up, each room that we are in is looked
 * through.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { ArchivePageResult, Store } from "../../../store/contract/index.ts";
import type { ArchiveEntry } from "../../../model/message.ts";
import type { XmppClient } from "../../../xmpp/api.ts";
import type { Decrypt } from "../../omemo/decrypt.ts";
import { inTurns } from "../in-turns.ts";

const AT_ONCE = 2;
const PAGE = 30;
/** Where so much is missing, the rest is read when the user scrolls back. */
const MOST_PAGES = 5;

interface Ports {
  store: Pick<Store, "write">;
  client: () => Pick<XmppClient, "archive">;
  decrypt: Pick<Decrypt, "page">;
  /** Something that was missed is stored. */
  stored(result: ArchivePageResult): void;
}

export interface MissedPrivate {
  /** A session begins that does not continue the last. */
  begins(): void;
  /**
   * What was missed since the last session is here, as far as it can be had: what is unknown from now on was never sent
   * to us.
   */
  caughtUp(): void;
  /** We are in. */
  entered(room: BareJid): void;
}

export function createMissedPrivate(account: AccountId, { store, client, decrypt, stored }: Ports): MissedPrivate {
  let isCaughtUp = false;
  const waiting = new Set<BareJid>();
  const look = inTurns(AT_ONCE, async (room) => {
    if (!(await client().archive.supported())) return;
    for (let before: string | null = null, pages = 0; pages < MOST_PAGES; pages++) {
      const { entries, first, complete } = await client().archive.page({ with: room, before, max: PAGE });
      const result = await take(entries.filter(isPrivate));
      if (result.messages.length > 0) stored(result);
      if (result.messages.length === 0 || complete || first === null || first === before) return;
      before = first;
    }
  });

  const take = (found: readonly ArchiveEntry[]): Promise<ArchivePageResult> =>
    decrypt.page(
      found,
      async (entries, changes) =>
        (await store.write({ op: "archive.private", args: { account, entries, changes, now: Date.now() } }))[0],
    );

  return {
    begins() {
      isCaughtUp = false;
      waiting.clear();
    },
    caughtUp() {
      isCaughtUp = true;
      for (const room of waiting) look(room);
      waiting.clear();
    },
    entered: (room) => (isCaughtUp ? look(room) : void waiting.add(room)),
  };
}

const isPrivate = ({ inbound }: ArchiveEntry): boolean =>
  inbound?.conversation.kind === "private" && !/^(receipt|displayed|error)$/.test(inbound.payload.kind);
