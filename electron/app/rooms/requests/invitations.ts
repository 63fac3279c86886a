/** Invitations into rooms: kept until the user says what to do with them; those of strangers make no noise. */
import { localOf, toBare, type BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import { log } from "../../../log/log.ts";
import type { Inbound } from "../../../model/message.ts";
import type { Invitation } from "../../../model/payload.ts";
import type { Store } from "../../../store/contract/index.ts";
import type { Pending } from "../../contacts/pending.ts";

/** Archive ids of invitations that are remembered: a page of the archive may bring one again that was declined. */
const MOST_SEEN = 100;
const KEY = "invitations";

interface Ports {
  store: Store;
  pending: Pending["invitations"];
  isContact: (jid: BareJid) => boolean;
  isIn: (room: BareJid) => boolean;
  /** It is bookmarked, to be entered with every session. */
  isBookmarked: (room: BareJid) => boolean;
}

/** Settles when it is committed. */
export async function keepInvitation(
  account: AccountId,
  { ids: { archiveId }, via, at }: Pick<Inbound, "ids" | "via" | "at">,
  { room, from, direct, reason }: Invitation,
  { store, pending, isContact, isIn, isBookmarked }: Ports,
): Promise<void> {
  if (localOf(room) === "") return;
  const seen = seenIn(await store.read("memory.get", { account, key: KEY }));
  if (archiveId !== null && seen.includes(archiveId)) return;
  const value = JSON.stringify([...seen, ...(archiveId === null ? [] : [archiveId])].slice(-MOST_SEEN));
  const remember = { op: "memory.set" as const, args: { account, key: KEY, value } };
  // One that was missed may have been accepted on another device since.
  if (isIn(room) || (via === "archive" && isBookmarked(room))) {
    await store.write(remember);
    return;
  }
  // What a room says of who invites cannot be checked; a contact's own word can.
  const known = direct && isContact(toBare(from));
  const receivedAt = Math.min(at ?? Date.now(), Date.now());
  const args = { account, room, from: toBare(from), known, reason, receivedAt };
  const [{ kept, removed }] = await store.write({ op: "invitation.put", args }, remember);
  for (const gone of removed) pending.remove({ account, room: gone });
  if (kept !== null) pending.put(kept);
}

function seenIn(kept: string | null): string[] {
  if (kept === null) return [];
  try {
    const seen: unknown = JSON.parse(kept);
    return Array.isArray(seen) ? seen.filter((one) => typeof one === "string") : [];
  } catch (error) {
    log.error("app/rooms", "the invitations that were seen could not be read", error);
    return [];
  }
}
