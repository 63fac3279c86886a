/** The items of a timeline: day lines, the unread line, bubbles in groups, and in a room its notices. Pure. */
import { isFull } from "../../../shared/jid-parts.ts";
import { isSameDay } from "date-fns";
import type { Message } from "../../../shared/model/message.ts";
import type { RoomNotice } from "../../../shared/model/room-notice.ts";
import { isSameOccupant, type Known } from "../../../shared/same-occupant.ts";
import type { MessageId } from "../../../shared/model/primitives.ts";

export type TimelineItem =
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: string }
  /** In private messages of a room: the following messages are with somebody else. */
  | { kind: "other-person"; key: string }
  /** In a room: an event between the messages. */
  | { kind: "notice"; key: string; notice: RoomNotice }
  /** `opens` and `closes`: first and last bubble of a group, which has one author and spans a few minutes. */
  | { kind: "message"; key: string; message: Message; opens: boolean; closes: boolean };

/** Maximum pause within a group, in ms. */
export const GROUP_PAUSE = 5 * 60 * 1000;

/** Whether two neighbours belong to one group. A delayed message may be older than the one before it. */
const belongTogether = (a: Message, b: Message): boolean =>
  a.from === b.from &&
  a.direction === b.direction &&
  a.writer?.nickname === b.writer?.nickname &&
  Math.abs(b.sentAt - a.sentAt) < GROUP_PAUSE &&
  isSameDay(a.sentAt, b.sentAt);

/** In private messages of a room: the messages from which on somebody else has the nickname. */
function fromSomebodyElse(messages: readonly Message[]): ReadonlySet<Message> {
  const found = new Set<Message>();
  let known: Known = { occupantId: null, jid: null };
  for (const message of messages) {
    const { writer } = message;
    if (writer === null || !isFull(message.chat)) continue;
    const isOther = isSameOccupant(known, writer) === false;
    if (isOther) found.add(message);
    // An earlier message may identify the occupant better than a later one.
    known = isOther ? writer : { occupantId: writer.occupantId ?? known.occupantId, jid: writer.jid ?? known.jid };
  }
  return found;
}

export interface Unread {
  firstUnread: MessageId;
  /** The first unread message before the change; null if there was none. */
  seenUnread: MessageId | null;
  /** The present number of unread messages. */
  unread: number;
  /** The window has the user's attention. */
  isActive: boolean;
}

/**
 * Whether the unread line moves to a message that has become the first unread one. It does not follow while the user
 * reads on; it moves up when catching up inserts older ones, and appears when nobody looks, or above messages that were
 * already read.
 * @param messages oldest first
 */
export function needsLine(
  messages: readonly Message[],
  { firstUnread, seenUnread, unread, isActive }: Unread,
): boolean {
  const at = messages.findIndex((one) => one.id === firstUnread);
  if (seenUnread !== null) return at !== -1 && at < messages.findIndex((one) => one.id === seenUnread);
  if (!isActive) return true;
  return at !== -1 && messages.slice(at).filter((one) => one.direction === "in").length > unread;
}

/**
 * @param messages oldest first
 * @param firstUnread the message below the unread line, or null for no line
 * @param notices oldest first
 * @param isWhole the messages begin with the first of the chat; otherwise earlier notices are shown together with older
 * messages
 */
export function timelineItems(
  messages: readonly Message[],
  firstUnread: MessageId | null,
  notices: readonly RoomNotice[] = [],
  isWhole = true,
): TimelineItem[] {
  const items: TimelineItem[] = [];
  const others = fromSomebodyElse(messages);
  const from = isWhole ? -Infinity : (messages[0]?.sentAt ?? Infinity);
  let told = notices.findIndex(({ at }) => at >= from);
  if (told === -1) told = notices.length;
  let day: number | null = null;
  // The key is that of the item below, because a delayed message may cause the same day twice.
  const startDay = (at: number, below: string): boolean => {
    if (day !== null && isSameDay(day, at)) return false;
    items.push({ kind: "day", key: `day ${below}`, at });
    day = at;
    return true;
  };
  const tell = (until: number): void => {
    for (let notice = notices[told]; notice !== undefined && notice.at < until; notice = notices[++told]) {
      startDay(notice.at, `notice ${notice.id}`);
      items.push({ kind: "notice", key: `notice ${notice.id}`, notice });
    }
  };
  messages.forEach((message, at) => {
    const before = messages[at - 1];
    const after = messages[at + 1];
    tell(message.sentAt);
    const isTold = items.at(-1)?.kind === "notice";
    const startsDay = startDay(message.sentAt, String(message.id));
    day = message.sentAt;
    const isOther = others.has(message);
    if (isOther) items.push({ kind: "other-person", key: `other ${message.id}` });
    if (message.id === firstUnread) items.push({ kind: "unread", key: "unread" });
    const isAfterwards = after !== undefined && (notices[told]?.at ?? Infinity) < after.sentAt;
    items.push({
      kind: "message",
      key: String(message.id),
      message,
      opens:
        before === undefined ||
        startsDay ||
        isTold ||
        isOther ||
        message.id === firstUnread ||
        !belongTogether(before, message),
      closes:
        after === undefined ||
        isAfterwards ||
        others.has(after) ||
        after.id === firstUnread ||
        !belongTogether(message, after),
    });
  });
  tell(Infinity);
  return items;
}
