/**
 * A message of a room, decrypted and stored once, in one transaction with the ratchet and the count of what was
 * handled.
 */
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Store, Writes } from "../../../store/contract/index.ts";
import type { RoomEvent } from "../../../xmpp/room-events.ts";
import { devicesUsed } from "../../omemo/last-used.ts";
import type { OpenRoom } from "../../omemo/open-room.ts";
import { storedMessage } from "./stored-message.ts";

/** @param nickname ours there @returns null for what brings nothing to show */
export async function receiveRoomMessage(
  account: AccountId,
  { message, handled }: Extract<RoomEvent, { type: "room.message" }>,
  nickname: string,
  { store, open }: { store: Store; open: OpenRoom },
): Promise<ReturnType<Writes["room.receive"]> | null> {
  const now = Date.now();
  return open.message(message, async (opened, changes) => {
    const belonging = [
      ...(changes.length === 0 ? [] : [{ op: "omemo.apply" as const, args: { account, changes, now } }]),
      ...(handled === undefined
        ? []
        : [{ op: "memory.set" as const, args: { account, key: "handled", value: handled } }]),
    ];
    if (opened === null) {
      if (belonging.length > 0) await store.write(...belonging);
      return null;
    }
    const sentAt = Math.min(message.delayedAt ?? now, now);
    const stored = storedMessage(message, opened, nickname);
    const read = opened.jid === null ? [] : [{ from: opened.jid, protection: opened.protection, at: sentAt }];
    const receive = {
      op: "room.receive" as const,
      args: { account, message: stored, sentAt, delayed: message.delayedAt !== null, archiveId: message.archiveId },
    };
    const [outcome] = await store.write(receive, ...belonging, ...devicesUsed(account, read));
    return outcome;
  });
}
