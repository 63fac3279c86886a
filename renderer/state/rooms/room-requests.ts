/** Who asks us something in rooms where we may decide (XEP-0045 §8.6, §9.9), fed by `roomRequests.changed`. */
import { create } from "zustand";
import type { EventPayload } from "../../../shared/ipc/index.ts";
import type { RoomRequest, RoomRequestKey } from "../../../shared/model/room.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { call, on } from "../ipc.ts";
import { log } from "../../log.ts";
import { withDifference } from "../contacts/pending-list.ts";
import { showError } from "../toasts.ts";

interface RoomRequests {
  requests: readonly RoomRequest[];
}

export const useRoomRequests = create<RoomRequests>()(() => ({ requests: [] }));

const keyOf = ({ account, id }: RoomRequestKey): string => `${account} ${id}`;

const take = (requests: readonly RoomRequest[]): void => useRoomRequests.setState({ requests });

/** Reads the open ones; what comes meanwhile is newer than the answer. */
export async function loadRoomRequests(): Promise<void> {
  const newer: EventPayload<"roomRequests.changed">[] = [];
  const remember = on("roomRequests.changed", (one) => newer.push(one));
  try {
    const { requests } = await call("room.requests", {});
    take(newer.reduce((held, one) => withDifference(held, one, keyOf), requests));
  } catch (error) {
    log.debug("requests of rooms could not be read", error);
    // What changes from now on comes all the same; the rest when the store is opened anew.
  } finally {
    remember();
  }
}

export const followRoomRequests = (): (() => void) =>
  on("roomRequests.changed", (difference) =>
    take(withDifference(useRoomRequests.getState().requests, difference, keyOf)),
  );

/** Says yes or no. */
export async function answerRoomRequest({ account, jid, id }: RoomRequest, allow: boolean): Promise<void> {
  try {
    await call("room.answer", { account, jid, request: id, allow });
  } catch (error) {
    showError(errorCodeOf(error));
  }
}
