/** Retractions, moderation and reactions that come in, and what is held of encrypted corrections. */
import type { BareJid } from "../../../../shared/jid.ts";
import type { AmendmentsTable } from "./amendments.ts";
import type { ChatsTable } from "../../chats/chats.ts";
import type { Reads, Writes } from "../../contract/index.ts";
import type { MessagesTable } from "../messages.ts";
import type { ReactionsTable } from "./reactions.ts";
import type { Repetitions } from "../repeated.ts";
import type { SpansTable } from "../../archive/spans.ts";

export interface ReceivedAmendments {
  receive: Writes["amendment.receive"];
  known: Reads["messages.known"];
}

interface Tables {
  amendments: AmendmentsTable;
  chats: ChatsTable;
  messages: MessagesTable;
  reactions: ReactionsTable;
  repeated: Repetitions;
  spans: SpansTable;
}

export function receivedAmendments({
  amendments,
  chats,
  messages,
  reactions,
  repeated,
  spans,
}: Tables): ReceivedAmendments {
  return {
    receive({ account, jid, inRoom, amendment }) {
      // Who has no chat with us has nothing to take back; its archive may bring it, and then this, too.
      const chat = chats.find({ account, jid });
      if (chat === undefined || (chat.kind === "room") !== inRoom) return null;
      const place = (): number => spans.end(account, inRoom ? (chat.jid as BareJid) : null);
      const id =
        amendment.kind === "reaction"
          ? reactions.take(chat, amendment, { place: place(), live: true })
          : amendments.take(chat, amendment);
      return id === null ? null : { message: messages.get(id, chat), chat: chats.view(chat.id) };
    },
    known: ({ account, of }) =>
      repeated.known({ account, of }).map((held, at) => {
        const { chat: jid, from: sender, room, ...ids } = of[at]!;
        const chat = held === null ? chats.find({ account, jid }) : undefined;
        if (chat === undefined) return held;
        if (room !== undefined)
          return amendments.known(chat, {
            author: { outgoing: room.own, sender, writer: room.writer, stay: null },
            ...ids,
          });
        const by = (outgoing: boolean) =>
          amendments.known(chat, { author: { outgoing, sender, writer: null, stay: null }, ...ids });
        // A note to ourselves is outgoing, too.
        return by(true) ?? (sender === jid ? by(false) : null);
      }),
  };
}
