/** For owners: the room's avatar (XEP-0486). */
import type { Room } from "../../shared/model/room.ts";
import { ChangePicture } from "../avatar/ChangePicture.tsx";
import { call } from "../state/ipc.ts";
import styles from "./RoomPanel.module.css";

export function RoomPicture({ room: { account, jid } }: { room: Room }) {
  return (
    <div className={styles.picture}>
      <ChangePicture
        of={{ account, jid, nickname: null }}
        isGroup
        set={(avatar) => call("room.setAvatar", { account, jid, avatar })}
      />
    </div>
  );
}
