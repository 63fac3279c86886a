/**
 * Finds missed private messages of rooms (XEP-0045 §7.5). Servers deliver them only to those of our devices that are in
 * the room, without carbons for the others (XEP-0280 §6.1). So messages from before we joined, and those written on
 * another device, may be only in our archive, even between live messages. After catching up, the archive is searched
 * for each room that we are in.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { Position } from "../../../../shared/model/message.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { ArchivePageResult, PrivateResult, Store } from "../../../store/contract/index.ts";
import type { ArchiveEntry } from "../../../model/message.ts";
import type { XmppClient } from "../../../xmpp/api.ts";
import type { Decrypt } from "../../omemo/decrypt.ts";
import { roomQueue } from "../room-queue.ts";

const AT_ONCE = 2;
const PAGE = 30;
/** Limits of what is read at once and held in memory: pages, and UTF-16 units of text. */
const MOST_PAGES = 20;
const MOST_TEXT = 4_000_000;

interface Ports {
  store: Pick<Store, "read" | "write">;
  client: () => Pick<XmppClient, "archive">;
  decrypt: Pick<Decrypt, "page">;
  /** A missed message is stored. */
  stored(result: ArchivePageResult): void;
}

export interface MissedPrivate {
  /** A new session begins. */
  begins(): void;
  /** Catching up is over: a message that is still unknown was never sent to us. */
  caughtUp(): void;
  /** We have joined. */
  entered(room: BareJid): void;
}

export function createMissedPrivate(account: AccountId, { store, client, decrypt, stored }: Ports): MissedPrivate {
  let isCaughtUp = false;
  const waiting = new Set<BareJid>();
  const look = roomQueue(AT_ONCE, async (room) => {
    if (!(await client().archive.supported())) return;
    const key = `privately ${room}`;
    const until = await store.read("accountState.get", { account, key });
    const found: ArchiveEntry[] = [];
    let newest: string | null = null;
    let last: string | null = null;
    /** The end of the account when the archive gave its newest entries: what comes then is newer than these. */
    let answered: Position | null = null;
    for (let before: string | null = null, pages = 0, text = 0; pages < MOST_PAGES && text < MOST_TEXT; pages++) {
      const { entries, first, complete } = await client().archive.page({ with: room, before, max: PAGE });
      answered ??= await store.read("archive.end", { account });
      newest ??= entries.findLast(isPlaced)?.archiveId ?? null;
      last ??= entries.at(-1)?.archiveId ?? null;
      const end = entries.findIndex(({ archiveId }) => archiveId === until);
      // The last one of the last time is known: it shows where the next one goes.
      const here = entries.slice(Math.max(0, end)).filter(isPrivate);
      found.unshift(...here);
      text += here.reduce((sum, { inbound }) => sum + lengthOf(inbound), 0);
      if (end !== -1 || complete || first === null || first === before) break;
      before = first;
    }
    // Without a place to begin from, the next look at least ends here.
    const mark = newest ?? last;
    if (mark === null || answered === null) return;
    const result = await take(found, answered);
    // If the process ends before this, the next look begins further back, and knows all of it.
    await store.write({ op: "accountState.set", args: { account, key, value: result.newest ?? mark } });
    if (result.messages.length > 0) stored(result);
  });

  /**
   * In one transaction: what is known on both sides of a message shows where it goes. Its time does not, since our
   * clock may be wrong and archives count whole seconds.
   */
  const take = (found: readonly ArchiveEntry[], end: Position): Promise<PrivateResult> =>
    decrypt.page(
      found,
      async (entries, changes) =>
        (await store.write({ op: "archive.private", args: { account, entries, end, changes, now: Date.now() } }))[0],
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

/** It has a place in its chat, which a change of another message has not. */
function isPlaced(entry: ArchiveEntry): boolean {
  const payload = entry.inbound?.payload;
  const isText = payload?.kind === "text" || payload?.kind === "unreadable";
  return isPrivate(entry) && isText && payload.replaces === undefined;
}

const lengthOf = (inbound: ArchiveEntry["inbound"]): number =>
  inbound?.payload.kind === "text" ? inbound.payload.body.length : 0;
