/** How much may wait for its message in one chat: corrections and retractions, and reactions, each by themselves. */
import type { ChatRow } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";

/** In the chat of a contact or a room. */
const MOST = 1_000;
/** Where we have no contact: a stranger has a chat as soon as they have written something. */
const MOST_OF_STRANGERS = 200;

/** @returns how many may wait in a chat; the oldest is dropped first */
export function waitingBound({ column }: Connection): (chat: Pick<ChatRow, "account" | "jid" | "kind">) => number {
  const isContact = column<number>("SELECT 1 FROM roster WHERE account = ? AND jid = ?");
  return ({ account, jid, kind }) => (kind === "room" || isContact.get(account, jid) === 1 ? MOST : MOST_OF_STRANGERS);
}
