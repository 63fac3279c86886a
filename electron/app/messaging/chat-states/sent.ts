/**
 * Tells others that we compose a message (XEP-0085): those who may see our presence and have shown that they support it
 * (§5.1). In rooms only small private groups learn it, and only composing and paused (§5.5).
 */
import { isBare, resourceOf, toBare, type BareJid, type Jid } from "../../../../shared/jid.ts";
import type { Settings } from "../../../../shared/model/settings.ts";
import { logged } from "../../../log/log.ts";
import type { ChatState } from "../../../model/chat-state.ts";
import type { Conversation } from "../../../model/conversation.ts";
import type { Inbound } from "../../../model/message.ts";
import type { XmppClient } from "../../../xmpp/api.ts";
import type { Receipts } from "../receipts.ts";
import type { Rooms } from "../../rooms/ports.ts";

/** Nothing was typed for this long: paused, ms. */
const PAUSE = 6_000;
/** The most occupants of a room that learn when we compose. */
const MOST_OCCUPANTS = 30;
/** Support of further people is not remembered; the longest unused goes first. */
const MOST_PEOPLE = 1_000;

interface Ports {
  settings: () => Pick<Settings, "sendChatStates">;
  client: () => Pick<XmppClient, "state" | "messages">;
  receipts: Pick<Receipts, "mayKnow">;
  /** Unless we know that they are offline: their server would only keep it. */
  isThere(jid: BareJid): boolean;
  rooms: Pick<Rooms, "get" | "isIn" | "isPrivateGroup" | "occupants">;
  own: BareJid;
}

export interface SentChatStates {
  /** The user has typed something. @param isEmpty nothing is left of it */
  typed(conversation: Conversation, isEmpty: boolean): void;
  /** The user looks at another chat, or has closed this one. */
  left(conversation: Conversation, isClosed?: boolean): void;
  /** A text is sent now. @returns whether it says that we are active */
  sending(conversation: Conversation): boolean;
  /** A text or state of somebody else has arrived live: it shows whether they support states. */
  heard(inbound: Pick<Inbound, "conversation" | "author" | "chatState" | "payload">): void;
  /** The stream has ended: nothing that we told counts any more. */
  offline(): void;
}

export function createSentChatStates({ settings, client, receipts, isThere, rooms, own }: Ports): SentChatStates {
  const supports = new Map<Jid, boolean>();
  /** What we told last, in this session. */
  const told = new Map<Jid, { state: ChatState; pause: NodeJS.Timeout | null }>();

  /** Whether others may learn it; a text may say it also to who has not shown yet that they support it. */
  function may({ jid, kind }: Conversation, withText: boolean): boolean {
    if (!settings().sendChatStates) return false;
    const isSupported = supports.get(jid) ?? withText;
    const room = toBare(jid);
    switch (kind) {
      case "contact":
        return isSupported && isBare(jid) && jid !== own && receipts.mayKnow(jid) && (withText || isThere(jid));
      case "private":
        return isSupported && rooms.isIn(room) && rooms.occupants.get(room, resourceOf(jid)) !== null;
      case "room": {
        const count = rooms.occupants.count(room);
        const us = rooms.occupants.get(room, rooms.get(room)?.nickname ?? "");
        // A visitor has no voice (XEP-0045 §5.1).
        const hasVoice = us !== null && us.role !== "visitor" && us.role !== "none";
        return rooms.isIn(room) && rooms.isPrivateGroup(room) && hasVoice && count > 1 && count <= MOST_OCCUPANTS;
      }
    }
  }

  function set(jid: Jid, state: ChatState | null): void {
    const before = told.get(jid);
    if (before !== undefined && before.pause !== null) clearTimeout(before.pause);
    if (state === null) told.delete(jid);
    else told.set(jid, { state, pause: null });
  }

  function tell(conversation: Conversation, state: ChatState): void {
    const { jid } = conversation;
    if (client().state.state !== "online" || !may(conversation, false)) return set(jid, null);
    const isRepeated = told.get(jid)?.state === state;
    set(jid, state);
    // No state twice in a row (§5.3).
    if (!isRepeated)
      client().messages.chatState(conversation, state).catch(logged("app", "a chat state could not be sent"));
  }

  return {
    typed(conversation, isEmpty) {
      const { jid, kind } = conversation;
      if (isEmpty) {
        if (told.has(jid)) tell(conversation, kind === "room" ? "paused" : "active");
        return;
      }
      tell(conversation, "composing");
      const now = told.get(jid);
      if (now !== undefined) now.pause = setTimeout(() => tell(conversation, "paused"), PAUSE).unref();
    },
    left(conversation, isClosed = false) {
      const { jid, kind } = conversation;
      const last = told.get(jid)?.state;
      // Who only looked has told nothing, and so has nothing to end.
      if (last === undefined) return;
      if (kind === "room") {
        if (last === "composing") tell(conversation, "paused");
      } else tell(conversation, isClosed ? "gone" : "inactive");
      if (isClosed) set(jid, null);
    },
    sending(conversation) {
      const isActive = conversation.kind !== "room" && may(conversation, true);
      set(conversation.jid, isActive ? "active" : null);
      return isActive;
    },
    heard({ conversation: { jid, kind }, author, chatState, payload }) {
      if (kind === "room" || author.outgoing || (payload.kind !== "text" && payload.kind !== "chat-state")) return;
      supports.delete(jid);
      supports.set(jid, chatState !== undefined || payload.kind === "chat-state");
      const [oldest] = supports.keys();
      if (supports.size > MOST_PEOPLE && oldest !== undefined) supports.delete(oldest);
    },
    offline() {
      for (const jid of [...told.keys()]) set(jid, null);
    },
  };
}
