/**
 * Which message of ours is being corrected, one a chat, and the new text as far as it is typed. The draft waits beside
 * it.
 */
import { isFull } from "../../../shared/jid-parts.ts";
import { create } from "zustand";
import type { Message } from "../../../shared/model/message.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { chatId } from "../chat-id.ts";
import { call } from "../ipc.ts";
import { applyMessages, useMessages } from "./messages.ts";

export interface Edit {
  message: Message;
  text: string;
}

export const useEditing = create<{ byChat: Readonly<Record<string, Edit>> }>()(() => ({ byChat: {} }));
export const useEdit = (key: ChatKey): Edit | null => useEditing((state) => state.byChat[chatId(key)] ?? null);

/**
 * Ours, and others have it or will have it: a failed one has ways of its own. Not to one occupant of a room, who may be
 * another by now.
 */
export const canEdit = ({ chat, direction, retracted, delivery, protection, body }: Message): boolean =>
  !isFull(chat) &&
  direction === "out" &&
  retracted === null &&
  delivery !== "failed" &&
  body !== "" &&
  !(protection.kind === "omemo" && protection.problem !== null);

const keyOf = ({ account, chat }: Message): ChatKey => ({ account, jid: chat });

export const startEdit = (message: Message): void =>
  useEditing.setState(({ byChat }) => ({
    byChat: { ...byChat, [chatId(keyOf(message))]: { message, text: message.body } },
  }));

export function setEditText(key: ChatKey, text: string): void {
  useEditing.setState(({ byChat }) => {
    const edit = byChat[chatId(key)];
    return edit === undefined ? { byChat } : { byChat: { ...byChat, [chatId(key)]: { ...edit, text } } };
  });
}

export function stopEdit(key: ChatKey): void {
  useEditing.setState(({ byChat }) => ({
    byChat: Object.fromEntries(Object.entries(byChat).filter(([id]) => id !== chatId(key))),
  }));
}

/** The newest message of ours in an open chat that can be corrected. */
export function lastOwn(key: ChatKey): Message | undefined {
  return useMessages.getState().timelines[chatId(key)]?.messages.findLast(canEdit);
}

/** @throws {CallFailed} and nothing was changed */
export async function correctMessage({ account, id }: Message, body: string): Promise<void> {
  applyMessages([{ changed: [await call("message.correct", { account, id, body })], removed: [] }]);
}

/** @throws {CallFailed} */
export const retractMessage = ({ account, id }: Message): Promise<null> => call("message.retract", { account, id });
