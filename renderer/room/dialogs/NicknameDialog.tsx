/** Changes the nickname in a room, or chooses the one to join with. */
import { SquareUserRound } from "lucide-react";
import { useState } from "react";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { useText } from "../../i18n/index.ts";
import { call } from "../../state/ipc.ts";
import { joinRoom, useRoom } from "../../state/rooms/rooms.ts";
import { TextField } from "../../ui/fields/TextField.tsx";
import { FormDialog } from "../../ui/form/FormDialog.tsx";
import { isNickname } from "./nickname-check.ts";

export function NicknameDialog({ room: { account, jid }, onClose }: { room: ChatKey; onClose(): void }) {
  const t = useText();
  const room = useRoom(account, jid);
  const [nickname, setNickname] = useState(room?.nickname ?? "");
  const [isWrong, setWrong] = useState(false);
  const isIn = room?.state.state === "joined";

  async function submit(): Promise<boolean> {
    const wanted = nickname.trim();
    // The one that a room or a bookmark gave us may break the rules.
    const isGiven = wanted !== "" && wanted === room?.nickname;
    if (!isGiven && !(await isNickname(wanted))) {
      setWrong(true);
      return false;
    }
    if (isIn) await call("room.setNickname", { account, jid, nickname: wanted });
    else await joinRoom({ account, jid }, wanted);
    return true;
  }

  return (
    <FormDialog
      title={t("room.changeNickname")}
      icon={<SquareUserRound />}
      submit={isIn ? t("common.save") : t("room.join")}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField
        label={t("room.nickname")}
        hint={t("room.nicknameHint")}
        error={isWrong ? t("room.nicknameBad") : null}
        value={nickname}
        onChange={(text) => {
          setNickname(text);
          setWrong(false);
        }}
        maxLength={256}
        autoFocus
        autoComplete="off"
        spellCheck="false"
      />
    </FormDialog>
  );
}
