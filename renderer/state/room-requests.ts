/** Who asks us something in rooms where we may decide (XEP-0045 §8.6, §9.9), fed by `roomRequests.changed`, which brings the whole list. */
import { create } from "zustand";
import type { RoomRequest } from "../../shared/model/room.ts";
import { call, errorCodeOf, on } from "./ipc.ts";
import { log } from "./log.ts";
import { showError } from "./toasts.ts";

interface RoomRequests {
  requests: readonly RoomRequest[];
}

export const useRoomRequests = create<RoomRequests>()(() => ({ requests: [] }));

const take = (requests: readonly RoomRequest[]): void => useRoomRequests.setState({ requests });

/** Reads the open ones; an error leaves the list as it is until the next event. */
export async function loadRoomRequests(): Promise<void> {
  let newer = false;
  const remember = on("roomRequests.changed", () => (newer = true));
  try {
    const { requests } = await call("room.requests", {});
    if (!newer) take(requests);
  } catch (error) {
    log.debug("requests of rooms could not be read", error);
    // The next `roomRequests.changed` brings the whole list.
  } finally {
    remember();
  }
}

export const followRoomRequests = (): (() => void) => on("roomRequests.changed", ({ requests }) => take(requests));

/** Says yes or no. */
export async function answerRoomRequest({ account, jid, id }: RoomRequest, allow: boolean): Promise<void> {
  try {
    await call("room.answer", { account, jid, request: id, allow });
  } catch (error) {
    showError(errorCodeOf(error));
  }
}
