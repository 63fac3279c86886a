/** What a room says of others, and of everybody's privacy: a word for whoever has it open. */
import type { RoomNotice } from "../../shared/model/room.ts";
import { t } from "../i18n/index.ts";
import { on } from "../state/ipc.ts";
import { useNavigation } from "../state/navigation.ts";
import { showToast } from "../state/toasts.ts";
import { isolated } from "./nickname.ts";

/** At a time; a room that is emptied is no reason for a hundred. */
const MOST = 3;

/** The sentence, with who did it and why as quotations. */
export function wordsOf({ what, nickname, by, reason }: RoomNotice): string {
  const happened = t(`room.notice-${what}`, { name: isolated(nickname.slice(0, 80)) });
  const who = by === null ? "" : ` ${t("room.doneBy", { name: isolated(by.slice(0, 80)) })}`;
  const why = reason.trim() === "" ? "" : ` ${t("room.quoted", { text: isolated(reason.trim().slice(0, 200)) })}`;
  return `${happened}${who}${why}`;
}

/** Follows the core. @returns a function that ends it */
export const followRoomNotices = (): (() => void) =>
  on("rooms.noticed", ({ notices }) => {
    const { openChat } = useNavigation.getState();
    const here = notices.filter(({ account, jid }) => openChat?.account === account && openChat.jid === jid);
    for (const one of here.slice(0, MOST)) showToast({ tone: "neutral", text: wordsOf(one) });
  });
