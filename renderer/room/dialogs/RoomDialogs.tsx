/** The dialogs about group chats. Loaded when the first one is opened. */
import type { RoomDialog } from "../../state/dialogs.ts";
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

export default function RoomDialogs({ dialog, onClose }: { dialog: RoomDialog; onClose(): void }) {
  if (dialog.kind === "create") return <CreateDialog onClose={onClose} />;
  if (dialog.kind === "join") return <JoinDialog at={dialog.at} given={dialog.given ?? null} onClose={onClose} />;
  if (dialog.kind === "occupant")
    return <OccupantDialog room={dialog} occupant={dialog.occupant} question={dialog.question} onClose={onClose} />;
  const Dialog = ABOUT_ONE[dialog.kind];
  return <Dialog room={dialog} onClose={onClose} />;
}
