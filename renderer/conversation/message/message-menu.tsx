/** The menu of a message: files are saved, it gets a star, is corrected or deleted, and shows earlier versions. */
import { Download, Eraser, History, Pencil, Star, StarOff, Trash2 } from "lucide-react";
import type { Message } from "../../../shared/model/message.ts";
import { t } from "../../i18n/index.ts";
import { saveFile } from "../../files/use-save.ts";
import { attempt } from "../../state/act.ts";
import { call } from "../../state/ipc.ts";
import { chatId } from "../../state/chat-id.ts";
import { canEdit, canRetract, startEdit } from "../../state/messages/editing.ts";
import { useRooms } from "../../state/rooms/rooms.ts";
import type { MenuEntry } from "../../ui/menu/menu-entry.ts";
import { focusComposer } from "../composer/focus-composer.ts";

export type MessageQuestion = "retract" | "moderate" | "versions";

/** We are a moderator in a room that supports moderation. */
function canRemove({ account, chat, retracted, writer, direction }: Message): boolean {
  const room = useRooms.getState().byId.get(chatId({ account, jid: chat }));
  return (
    retracted === null &&
    writer !== null &&
    direction === "in" &&
    room?.state.state === "joined" &&
    room.self?.role === "moderator" &&
    room.traits?.removesMessages === true
  );
}

/** One for each file that can be fetched. */
const saveEntries = ({ account, id, files }: Message): MenuEntry[] =>
  files.flatMap(({ name, host }, file) =>
    host === null
      ? []
      : [
          {
            id: `save-${file}`,
            label: t("attachment.saveNamed", { name }),
            icon: <Download />,
            run: () => void attempt(saveFile({ account, id, file })),
          },
        ],
  );

/** @returns an empty list if nothing is possible */
export function messageMenu(message: Message, ask: (question: MessageQuestion) => void): MenuEntry[] {
  const { account, id } = message;
  const edit = (): void => {
    startEdit(message);
    focusComposer();
  };
  return [
    ...(canEdit(message) ? [{ id: "edit", label: t("chat.edit"), icon: <Pencil />, run: edit }] : []),
    ...(message.editedAt !== null
      ? [{ id: "versions", label: t("chat.versions"), icon: <History />, run: () => ask("versions") }]
      : []),
    ...saveEntries(message),
    ...(message.retracted === null
      ? [
          {
            id: "star",
            label: t(message.starred ? "chat.unstar" : "chat.star"),
            icon: message.starred ? <StarOff /> : <Star />,
            run: () => void attempt(call("message.star", { account, id, starred: !message.starred })),
          },
        ]
      : []),
    ...(canRetract(message)
      ? [
          {
            id: "retract",
            label: t("chat.retract"),
            icon: <Trash2 />,
            tone: "danger" as const,
            startsGroup: true,
            run: () => ask("retract"),
          },
        ]
      : []),
    ...(canRemove(message)
      ? [
          {
            id: "moderate",
            label: t("chat.moderate"),
            icon: <Eraser />,
            tone: "danger" as const,
            startsGroup: true,
            run: () => ask("moderate"),
          },
        ]
      : []),
  ];
}

/** Whether the menu may have entries, without knowing the room; decides whether its button is shown. */
export const hasMenu = (message: Message): boolean =>
  message.retracted === null ||
  canRetract(message) ||
  message.editedAt !== null ||
  message.files.some(({ host }) => host !== null) ||
  (message.writer !== null && canRemove(message));
