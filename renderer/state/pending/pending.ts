/** Pending questions of others. */
import type { Invitation, RoomRequest } from "../../../shared/model/room.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { attempt } from "../act.ts";
import { chatId } from "../chat-id.ts";
import { call } from "../ipc.ts";
import { pendingList } from "./pending-list.ts";

/** Subscription requests (RFC 6121 §3.1.3), oldest first. */
export const useRequests = pendingList(
  "requests.changed",
  async () => (await call("subscription.pending", {})).requests,
  chatId,
  (a, b) => a.receivedAt - b.receivedAt,
);

/** Invitations to rooms (XEP-0045 §7.8, XEP-0249), newest first. */
export const useInvitations = pendingList(
  "invitations.changed",
  async () => (await call("invitation.list", {})).invitations,
  ({ account, room }) => `${account} ${room}`,
  (a, b) => b.receivedAt - a.receivedAt,
);

/** Requests in rooms about which we may decide (XEP-0045 §8.6, §9.9). */
export const useRoomRequests = pendingList(
  "roomRequests.changed",
  async () => (await call("room.requests", {})).requests,
  ({ account, id }) => `${account} ${id}`,
);

export const PENDING = [useRequests, useInvitations, useRoomRequests];

export const answerRequest = ({ account, jid }: ChatKey, answer: "accept" | "deny"): Promise<boolean> =>
  attempt(call(answer === "accept" ? "subscription.accept" : "subscription.deny", { account, jid }));

/** Removes an invitation from the list. @param tell tells the inviter that it was declined */
export async function dismissInvitation({ account, room }: Invitation, tell: boolean): Promise<void> {
  if (!(await attempt(call("invitation.dismiss", { account, room, tell })))) return;
  useInvitations.setState(({ items }) => ({
    items: items.filter((one) => one.account !== account || one.room !== room),
  }));
}

export const answerRoomRequest = ({ account, jid, id }: RoomRequest, allow: boolean): Promise<boolean> =>
  attempt(call("room.answer", { account, jid, request: id, allow }));
