/** The message of ours that is being corrected, one per chat, and its new text so far. The draft is kept separately. */
import { isFull } from "../../../shared/jid-parts.ts";
import { create } from "zustand";
import { isCorrectable } from "../../../shared/correctable.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { chatId } from "../chat-id.ts";
import { call } from "../ipc.ts";
import { useRooms } from "../rooms/rooms.ts";
import { applyMessages, useMessages } from "./messages.ts";

export interface Edit {
  message: Message;
  text: string;
  /** As `Message.unstyled`, for the new text. */
  unstyled: boolean;
}

export const useEditing = create<{ byChat: Readonly<Record<string, Edit>> }>()(() => ({ byChat: {} }));
export const useEdit = (key: ChatKey): Edit | null => useEditing((state) => state.byChat[chatId(key)] ?? null);

/**
 * Our message, if others have it or will have it; a failed one has actions of its own. Not a private message of a room,
 * where somebody else may have the nickname now.
 */
export const canRetract = ({ chat, direction, retracted, delivery, protection, body, files }: Message): boolean =>
  !isFull(chat) &&
  direction === "out" &&
  retracted === null &&
  delivery !== "failed" &&
  (body !== "" || files.length > 0) &&
  !(protection.kind === "omemo" && protection.problem !== null);

const keyOf = ({ account, chat }: Message): ChatKey => ({ account, jid: chat });

export const canEdit = (message: Message): boolean =>
  canRetract(message) &&
  // The correction would be the whole message (XEP-0308 §4), and have no files.
  message.files.length === 0 &&
  isCorrectable(message, useRooms.getState().byId.get(chatId(keyOf(message))));

export const startEdit = (message: Message): void =>
  useEditing.setState(({ byChat }) => ({
    byChat: { ...byChat, [chatId(keyOf(message))]: { message, text: message.body, unstyled: message.unstyled } },
  }));

export function changeEdit(key: ChatKey, change: Partial<Pick<Edit, "text" | "unstyled">>): void {
  useEditing.setState(({ byChat }) => {
    const edit = byChat[chatId(key)];
    return edit === undefined ? { byChat } : { byChat: { ...byChat, [chatId(key)]: { ...edit, ...change } } };
  });
}

export function stopEdit(key: ChatKey): void {
  useEditing.setState(({ byChat }) => ({
    byChat: Object.fromEntries(Object.entries(byChat).filter(([id]) => id !== chatId(key))),
  }));
}

/** Our newest message in an open chat that can be corrected. */
export function lastOwn(key: ChatKey): Message | undefined {
  return useMessages.getState().timelines[chatId(key)]?.messages.findLast(canEdit);
}

/** @throws {CallFailed} and nothing was changed */
export async function correctMessage({ message, unstyled }: Edit, body: string): Promise<void> {
  const { account, id } = message;
  const corrected = await call("message.correct", { account, id, body, ...(unstyled ? { unstyled } : {}) });
  applyMessages([{ changed: [corrected], removed: [] }]);
}

/** @throws {CallFailed} */
export const retractMessage = ({ account, id }: Message): Promise<null> => call("message.retract", { account, id });
