/**
 * What can be done with a message: corrected or deleted by its author, removed by a moderator, and what it said before.
 */
import { Eraser, History, Pencil, Trash2 } from "lucide-react";
import type { Message } from "../../../shared/model/message.ts";
import { t } from "../../i18n/index.ts";
import { chatId } from "../../state/chat-id.ts";
import { canEdit, startEdit } from "../../state/messages/editing.ts";
import { useRooms } from "../../state/rooms/rooms.ts";
import type { MenuEntry } from "../../ui/menu/menu-entry.ts";
import { focusComposer } from "../composer/focus-composer.ts";

export type MessageQuestion = "retract" | "moderate" | "versions";

/** We are a moderator in a room that lets its moderators do this. */
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

/** @returns nothing where there is nothing to do */
export function messageMenu(message: Message, ask: (question: MessageQuestion) => void): MenuEntry[] {
  const edit = (): void => {
    startEdit(message);
    focusComposer();
  };
  const isOwn = canEdit(message);
  return [
    ...(isOwn ? [{ id: "edit", label: t("chat.edit"), icon: <Pencil />, run: edit }] : []),
    ...(message.editedAt !== null
      ? [{ id: "versions", label: t("chat.versions"), icon: <History />, run: () => ask("versions") }]
      : []),
    ...(isOwn
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

/** Whether there may be anything in it, without asking for the room: what decides if its button is there. */
export const hasMenu = (message: Message): boolean =>
  canEdit(message) || message.editedAt !== null || (message.writer !== null && canRemove(message));
