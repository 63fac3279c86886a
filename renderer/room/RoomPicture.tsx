/** For owners: the room's picture, chosen from a file, cut to a small square here, or taken away (XEP-0486). */
import { Image, ImageOff } from "lucide-react";
import { useRef } from "react";
import type { Room } from "../../shared/model/room.ts";
import { useText } from "../i18n/index.ts";
import { useAvatar } from "../state/avatars.ts";
import { call } from "../state/ipc.ts";
import { logged } from "../log.ts";
import { showToast } from "../state/toasts.ts";
import { useAct } from "../state/act.ts";
import { Button } from "../ui/Button.tsx";
import { squareOf } from "./square-picture.ts";
import styles from "./RoomPanel.module.css";

export function RoomPicture({ room: { account, jid } }: { room: Room }) {
  const t = useText();
  const file = useRef<HTMLInputElement>(null);
  const { isBusy, act } = useAct();
  const shown = useAvatar({ account, jid, nickname: null });

  const set = (chosen: File | null): Promise<boolean> =>
    act(async () => {
      const avatar = chosen === null ? null : await squareOf(chosen).catch(logged("the file is no picture"));
      if (avatar === undefined) return void showToast({ tone: "danger", text: t("room.pictureBad") });
      await call("room.setAvatar", { account, jid, avatar });
      showToast({ tone: "success", text: t(avatar === null ? "room.pictureRemoved" : "room.pictureSet") });
    });

  return (
    <div className={styles.picture}>
      <input
        ref={file}
        className={styles.file}
        type="file"
        accept="image/png,image/jpeg,image/webp,image/gif"
        tabIndex={-1}
        aria-label={t("room.pictureFile")}
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          // The same file can be chosen again.
          event.target.value = "";
          if (chosen !== undefined) void set(chosen);
        }}
      />
      <Button size="small" icon={<Image size={16} />} isDisabled={isBusy} onPress={() => file.current?.click()}>
        {t("room.changePicture")}
      </Button>
      {shown !== undefined && (
        <Button size="small" icon={<ImageOff size={16} />} isDisabled={isBusy} onPress={() => void set(null)}>
          {t("room.removePicture")}
        </Button>
      )}
    </div>
  );
}
