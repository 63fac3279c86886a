/** Retractions, moderation and reactions as the store takes them. */
import type { BareJid } from "../../../../shared/jid.ts";
import type { ArchivedEntry, StoredAct, StoredAmendment, StoredReaction } from "../../../store/contract/index.ts";
import type { Amendment, ArchiveEntry } from "../../../xmpp/events.ts";
import type { RoomAmendment } from "../../../xmpp/room-events.ts";

type Named =
  | Pick<StoredAmendment, "kind" | "target" | "moderator" | "reason">
  | Pick<StoredReaction, "kind" | "target" | "emoji" | "delayed">;
const named = (act: Amendment["act"], delayed: boolean): Named =>
  act.kind === "reaction"
    ? { ...act, delayed }
    : {
        kind: act.kind,
        target: act.target,
        moderator: act.kind === "moderation" ? act.by : null,
        reason: act.kind === "moderation" ? act.reason : "",
      };

/** @param own our bare JID @param sentAt ms */
export function storedAmendment(
  { act, from, archiveId, occupant, originId, messageId, delayedAt }: Amendment,
  own: BareJid,
  sentAt: number,
): StoredAct {
  return {
    ...named(act, delayedAt !== null),
    author: { outgoing: from === own, sender: from, writer: occupant ?? null, stay: null },
    originId,
    messageId,
    archiveId,
    sentAt,
  };
}

export function storedRoomAmendment(
  { act, room, nickname, occupantId, jid, own, stay = null, originId, messageId, delayedAt }: RoomAmendment,
  archiveId: string | null,
  sentAt: number,
): StoredAct {
  const writer = nickname === "" ? null : { nickname, occupantId, jid };
  return {
    ...named(act, delayedAt !== null),
    author: { outgoing: own, sender: room, writer, stay },
    originId,
    messageId,
    archiveId,
    sentAt,
  };
}

export const archivedAmendment = (
  { archiveId, stamp }: ArchiveEntry,
  amendment: Amendment,
  own: BareJid,
): ArchivedEntry["content"] => ({
  kind: "amendment",
  chat: amendment.chat,
  amendment: storedAmendment({ ...amendment, archiveId, delayedAt: null }, own, stamp),
});
