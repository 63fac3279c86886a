/** Requests that wait for the user's answer. Strangers can add to each of these lists. */
import type { SubscriptionRequest } from "../../../shared/model/contact.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Invitation, InvitationKey, RoomRequest, RoomRequestKey } from "../../../shared/model/room.ts";
import type { Store } from "../../store/contract/index.ts";
import { createDifferences, type Differences } from "./differences.ts";
import type { Host } from "../host.ts";

export interface Pending {
  /** Subscription requests. */
  readonly requests: Differences<SubscriptionRequest, Pick<SubscriptionRequest, "account" | "jid">>;
  readonly invitations: Differences<Invitation, InvitationKey>;
  readonly roomRequests: Differences<RoomRequest, RoomRequestKey>;
  /** Removes the entries of an account before the store deletes it. */
  forget(account: AccountId): Promise<void>;
}

export function createPending(store: Pick<Store, "read">, publish: Host["publish"]): Pending {
  const requests: Pending["requests"] = createDifferences(
    ({ account, jid }) => `${account} ${jid}`,
    (changed, removed) => publish("requests.changed", { changed, removed }),
  );
  const invitations: Pending["invitations"] = createDifferences(
    ({ account, room }) => `${account} ${room}`,
    (changed, removed) => publish("invitations.changed", { changed, removed }),
  );
  const roomRequests: Pending["roomRequests"] = createDifferences(
    ({ account, id }) => `${account} ${id}`,
    (changed, removed) => publish("roomRequests.changed", { changed, removed }),
  );
  return {
    requests,
    invitations,
    roomRequests,
    async forget(gone) {
      for (const { account, jid } of await store.read("requests.all", {}))
        if (account === gone) requests.remove({ account, jid });
      for (const { account, room } of await store.read("invitations.all", {}))
        if (account === gone) invitations.remove({ account, room });
      requests.flush();
      invitations.flush();
    },
  };
}
