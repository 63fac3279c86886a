/** The dialogs about group chats, whichever is asked for. Loaded when the first one is. */
import { useCallback } from "react";
import { useNavigation, type RoomDialog } from "../../state/navigation.ts";
import { AffiliationsDialog } from "./AffiliationsDialog.tsx";
import { ConfigureDialog } from "./ConfigureDialog.tsx";
import { CreateDialog } from "./find/CreateDialog.tsx";
import { DestroyDialog } from "./DestroyDialog.tsx";
import { InviteDialog } from "./InviteDialog.tsx";
import { JoinDialog } from "./find/JoinDialog.tsx";
import { NicknameDialog } from "./NicknameDialog.tsx";
import { OccupantDialog } from "./OccupantDialog.tsx";
import { PasswordDialog } from "./PasswordDialog.tsx";
import { ReadersDialog } from "./ReadersDialog.tsx";
import { RegisterDialog } from "./RegisterDialog.tsx";
import { SubjectDialog } from "./SubjectDialog.tsx";

const ABOUT_ONE = {
  affiliations: AffiliationsDialog,
  configure: ConfigureDialog,
  destroy: DestroyDialog,
  invite: InviteDialog,
  nickname: NicknameDialog,
  password: PasswordDialog,
  readers: ReadersDialog,
  register: RegisterDialog,
  subject: SubjectDialog,
};

export default function RoomDialogs({ dialog }: { dialog: RoomDialog }) {
  const onClose = useCallback(() => useNavigation.getState().showRoomDialog(null), []);
  if (dialog.kind === "create") return <CreateDialog onClose={onClose} />;
  if (dialog.kind === "join")
    return (
      <JoinDialog
        key={dialog.at === null ? "" : `${dialog.at.account} ${dialog.at.jid}`}
        at={dialog.at}
        given={dialog.given ?? null}
        onClose={onClose}
      />
    );
  if (dialog.kind === "occupant")
    return <OccupantDialog room={dialog} occupant={dialog.occupant} question={dialog.question} onClose={onClose} />;
  const Dialog = ABOUT_ONE[dialog.kind];
  return <Dialog room={dialog} onClose={onClose} />;
}
