/** The dialogs about group chats, whichever is asked for. Loaded when the first one is. */
import { useCallback } from "react";
import { useNavigation, type RoomDialog } from "../../state/navigation.ts";
import { JoinDialog } from "./JoinDialog.tsx";
import { NicknameDialog } from "./NicknameDialog.tsx";
import { PasswordDialog } from "./PasswordDialog.tsx";

export default function RoomDialogs({ dialog }: { dialog: RoomDialog }) {
  const onClose = useCallback(() => useNavigation.getState().showRoomDialog(null), []);
  switch (dialog.kind) {
    case "join":
      return <JoinDialog key={dialog.at === null ? "" : `${dialog.at.account} ${dialog.at.jid}`} at={dialog.at} onClose={onClose} />;
    case "nickname":
      return <NicknameDialog room={dialog} onClose={onClose} />;
    case "password":
      return <PasswordDialog room={dialog} onClose={onClose} />;
    default:
      return null;
  }
}
