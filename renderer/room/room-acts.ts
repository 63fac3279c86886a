/** Commands on a room whose failures are only shown as a sentence. */
import type { Notify, Room } from "../../shared/model/room.ts";
import { t } from "../i18n/index.ts";
import { call } from "../state/ipc.ts";
import { joinRoom, leaveRoom } from "../state/rooms/rooms.ts";
import { showToast } from "../state/toasts.ts";
import { attempt } from "../state/act.ts";
import { isolated } from "../ui/nickname.ts";

export const setNotify = ({ account, jid }: Room, notify: Notify): Promise<boolean> =>
  attempt(call("room.setNotify", { account, jid, notify }));

/** Joins again with the same nickname. */
export const rejoin = (room: Room): Promise<boolean> =>
  attempt(joinRoom(room, room.nickname, null, room.autojoin || room.state.state === "left"));

/** Leaves; "Join again" undoes it. */
export async function leave(room: Room, name: string): Promise<void> {
  if (!(await attempt(leaveRoom(room)))) return;
  const action = { label: t("room.joinAgain"), run: () => void rejoin(room) };
  showToast({ tone: "neutral", text: t("room.hasLeft", { name: isolated(name) }), action });
}
