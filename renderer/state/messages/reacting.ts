/** Reactions to messages (XEP-0444). */
import type { Message } from "../../../shared/model/message.ts";
import { mayWrite } from "../rooms/moderation.ts";
import { chatId } from "../chat-id.ts";
import { useChats } from "../chats.ts";
import { call } from "../ipc.ts";
import { applyMessages } from "./messages.ts";
import { useRooms } from "../rooms/rooms.ts";
import { attempt } from "../act.ts";

/** Whether we can react: others know an id of the message, and we have voice in its room. */
export function canReact({ account, chat, reactable, retracted, writer }: Message): boolean {
  const room = writer === null ? undefined : useRooms.getState().byId.get(chatId({ account, jid: chat }));
  if (!reactable || retracted !== null || (writer !== null && room === undefined)) return false;
  return (
    room === undefined || room.state.state === "joining" || (room.state.state === "joined" && mayWrite(room.self?.role))
  );
}

/** Reactions are never encrypted, so they are not possible in an encrypted chat. */
export const isReactionSafe = ({ account, chat, protection }: Message): boolean =>
  protection.kind === "none" && useChats.getState().byId.get(chatId({ account, jid: chat }))?.encryption !== "omemo";

/** Adds or removes a reaction; shows the reason if it fails. */
export const react = ({ account, id }: Message, emoji: string, chosen: boolean): Promise<boolean> =>
  attempt(
    call("message.react", { account, id, emoji, chosen }).then((one) =>
      applyMessages([{ changed: [one], removed: [] }]),
    ),
  );
