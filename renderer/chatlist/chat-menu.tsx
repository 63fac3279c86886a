/** The menu of a chat in the list. */
import { AtSign, BellOff, BellRing, CheckCheck, LogOut, Pin, PinOff, X } from "lucide-react";
import type { Chat } from "../../shared/model/chat.ts";
import { t } from "../i18n/index.ts";
import { leave, setNotify } from "../room/room-acts.ts";
import { chatId } from "../state/chat-id.ts";
import { closeChat, markAllRead, setMuted, setPinned } from "../state/chats.ts";
import { call } from "../state/ipc.ts";
import { useNavigation } from "../state/navigation.ts";
import { useRooms } from "../state/rooms/rooms.ts";
import { showToast } from "../state/toasts.ts";
import { attempt } from "../state/act.ts";
import type { MenuEntry } from "../ui/menu/menu-entry.ts";

/** Removes the chat from the list; "Undo" reopens it with all its messages. */
async function close(chat: Chat, name: string): Promise<void> {
  const key = { account: chat.account, jid: chat.jid };
  const { openChat, closeChat: leave } = useNavigation.getState();
  if (openChat?.account === key.account && openChat.jid === key.jid) leave();
  await closeChat(key);
  const reopen = () => void attempt(call("chat.open", key));
  showToast({ tone: "neutral", text: t("chat.closed", { name }), action: { label: t("chat.undo"), run: reopen } });
}

/** A joined room is left; one that we have left is removed from the list like any chat. */
function lastEntry(chat: Chat, name: string): MenuEntry {
  const room = chat.kind === "room" ? useRooms.getState().byId.get(chatId(chat)) : undefined;
  return room !== undefined && room.state.state !== "left"
    ? { id: "leave", label: t("room.leave"), icon: <LogOut />, startsGroup: true, run: () => void leave(room, name) }
    : { id: "close", label: t("chat.close"), icon: <X />, startsGroup: true, run: () => void close(chat, name) };
}

const NOTICES = [
  ["all", "room.notifyAll", <BellRing key="all" />],
  ["mentions", "room.notifyMentions", <AtSign key="mentions" />],
  ["none", "room.notifyNone", <BellOff key="none" />],
] as const;

/** A contact is muted or not; a room has a notification setting. */
function noticeEntries(chat: Chat): MenuEntry[] {
  const room = chat.kind === "room" ? useRooms.getState().byId.get(chatId(chat)) : undefined;
  if (room === undefined || chat.muted) {
    return [
      chat.muted
        ? { id: "mute", label: t("chat.unmute"), icon: <BellRing />, run: () => void setMuted(chat, false) }
        : { id: "mute", label: t("chat.mute"), icon: <BellOff />, run: () => void setMuted(chat, true) },
    ];
  }
  return NOTICES.filter(([notify]) => notify !== room.notify).map(([notify, label, icon]) => ({
    id: `notify-${notify}`,
    label: t("room.notifyOf", { what: t(label) }),
    icon,
    run: () => void setNotify(room, notify),
  }));
}

export function chatMenu(chat: Chat, name: string): MenuEntry[] {
  return [
    chat.pinned
      ? { id: "pin", label: t("chat.unpin"), icon: <PinOff />, run: () => void setPinned(chat, false) }
      : { id: "pin", label: t("chat.pin"), icon: <Pin />, run: () => void setPinned(chat, true) },
    ...noticeEntries(chat),
    ...(chat.unread > 0
      ? [{ id: "read", label: t("chat.markRead"), icon: <CheckCheck />, run: () => void markAllRead(chat) }]
      : []),
    lastEntry(chat, name),
  ];
}
