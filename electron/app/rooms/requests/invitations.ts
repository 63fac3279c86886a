/** Invitations to rooms: kept until the user decides; those of strangers cause no notification. */
import { localOf, toBare, type BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import { log } from "../../../log/log.ts";
import type { Inbound } from "../../../model/message.ts";
import type { Invitation } from "../../../model/payload.ts";
import type { Store } from "../../../store/contract/index.ts";
import type { Pending } from "../../contacts/pending.ts";

/** Number of archive ids of invitations that are remembered: an archive page may contain a declined one again. */
const MOST_SEEN = 100;
const KEY = "invitations";

interface Ports {
  store: Store;
  pending: Pending["invitations"];
  isContact: (jid: BareJid) => boolean;
  /** The only contact who is known by this name; null: none, or several. */
  contactNamed: (name: string) => BareJid | null;
  isIn: (room: BareJid) => boolean;
  /** The room is bookmarked and joined in every session. */
  isBookmarked: (room: BareJid) => boolean;
}

/** Resolves when it is committed. */
export async function keepInvitation(
  account: AccountId,
  { ids: { archiveId }, via, at }: Pick<Inbound, "ids" | "via" | "at">,
  { room, from, direct, nickname, reason, password }: Invitation,
  { store, pending, isContact, contactNamed, isIn, isBookmarked }: Ports,
): Promise<void> {
  if (localOf(room) === "") return;
  const seen = seenIn(await store.read("accountState.get", { account, key: KEY }));
  if (archiveId !== null && seen.includes(archiveId)) return;
  const value = JSON.stringify([...seen, ...(archiveId === null ? [] : [archiveId])].slice(-MOST_SEEN));
  const remember = { op: "accountState.set" as const, args: { account, key: KEY, value } };
  // A missed invitation may have been accepted on another device since.
  if (isIn(room) || (via === "archive" && isBookmarked(room))) {
    await store.write(remember);
    return;
  }
  // A room's statement about the inviter cannot be verified; a direct invitation of a contact can.
  const known = direct && isContact(toBare(from));
  const named = nickname === null ? toBare(from) : contactNamed(nickname);
  const contact = !direct && named !== null && isContact(named) ? named : null;
  const receivedAt = Math.min(at ?? Date.now(), Date.now());
  const args = {
    account,
    room,
    from: nickname === null ? toBare(from) : from,
    nickname,
    known,
    contact,
    reason,
    receivedAt,
    ...(password === undefined ? {} : { password }),
  };
  const [{ kept, removed }] = await store.write({ op: "invitation.put", args }, remember);
  for (const gone of removed) pending.remove({ account, room: gone });
  if (kept !== null) pending.put(kept);
}

/**
 * Removes the invitation into a room that is entered now, also if another device of ours accepted it or a bookmark led
 * there (XEP-0402). Resolves when it is committed.
 */
export async function settleInvitation(
  account: AccountId,
  room: BareJid,
  { store, pending }: Pick<Ports, "store" | "pending">,
): Promise<void> {
  const [wasThere] = await store.write({ op: "invitation.remove", args: { account, room } });
  if (wasThere) pending.remove({ account, room });
}

function seenIn(kept: string | null): string[] {
  if (kept === null) return [];
  try {
    const seen: unknown = JSON.parse(kept);
    return Array.isArray(seen) ? seen.filter((one) => typeof one === "string") : [];
  } catch (error) {
    log.error("app/rooms", "the list of seen invitations could not be read", error);
    return [];
  }
}
