/**
 * The messages of a chat, rendered only where visible. Always true:
 * - it opens at the unread line, else at the newest message;
 * - at the end it stays at the end: new messages, a growing composer, a smaller window;
 * - elsewhere the visible part does not move, even if older messages are inserted above;
 * - a message counts as read only if it was visible while the window had the user's attention.
 */
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type MouseEvent } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { Jid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import type { RoomNotice } from "../../../shared/model/room-notice.ts";
import { useText } from "../../i18n/index.ts";
import { NoticeLine } from "../notices/NoticeLine.tsx";
import { useChat, useChats } from "../../state/chats.ts";
import { call } from "../../state/ipc.ts";
import { log } from "../../log.ts";
import { useAccount } from "../../state/accounts/accounts.ts";
import { loadBackTo, loadOlder, type Timeline as TimelineState } from "../../state/messages/messages.ts";
import { useActionStops } from "../message/action-stops.ts";
import { Announcer } from "./Announcer.tsx";
import { Bubble } from "../message/Bubble.tsx";
import { useToday } from "./day-label.ts";
import { JumpButton } from "./JumpButton.tsx";
import { Beginning, DayLine, Missing, OtherPersonLine, UnreadLine } from "./Lines.tsx";
import { useJumps } from "./use-jump.ts";
import { needsLine, timelineItems, type TimelineItem } from "./timeline-items.ts";
import styles from "./Timeline.module.css";
import { useGesture } from "./use-gesture.ts";
import { UnreadButton, useUnreadKey } from "./UnreadButton.tsx";
import { isWindowActive, useWindowActive } from "../window-active.ts";

/** Distance from the end that still counts as the end, in pixels. */
const NEAR_END = 48;
/** Distance from which the jump button is shown, in pixels. */
const FAR = 240;
/** Viewports above the first visible message that should be loaded. */
const AHEAD = 2;

export interface TimelineProps {
  account: AccountId;
  jid: Jid;
  name: string;
  /** A group chat: messages have the author's name. */
  isRoom?: boolean;
  /** Events in the room, oldest first. */
  notices?: readonly RoomNotice[];
  /** Is `ready`. */
  timeline: TimelineState;
}

const NOTHING: readonly RoomNotice[] = [];

type Line = TimelineItem | { kind: "begin" | "missing"; key: string };

export const Timeline = memo(function Timeline({
  account,
  jid,
  name,
  isRoom = false,
  notices = NOTHING,
  timeline,
}: TimelineProps) {
  const t = useText();
  const today = useToday();
  const isActive = useWindowActive();
  const chat = useChat(account, jid);
  const list = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const isSettled = useRef(false);
  /** The user did something that may scroll, since the last check. */
  const gesture = useRef(false);
  useGesture(
    scroller,
    useCallback(() => void (gesture.current = true), []),
  );
  /** A line became larger or smaller since the last check, which may have moved the view. */
  const isResized = useRef(false);
  /** The width and height of the view at the last check. */
  const viewBefore = useRef("");
  /** The distance from the top at the last check. */
  const topBefore = useRef(0);
  /** What was last sent to the core: the last read message and the unread count. */
  const marked = useRef("");
  /** The first visible line, and how much of it is above the edge. */
  const anchor = useRef({ key: "", at: 0, below: 0 });
  const [isFar, setFar] = useState(false);
  const [isUnreadAbove, setUnreadAbove] = useState(false);
  const [isGoing, setGoing] = useState(false);
  /** While scrolling to the first unread message nothing counts as seen. */
  const isOnTheWay = useRef(false);
  // The chat list knows the unread messages best; a cached timeline may have been read since.
  const [unreadLine, setUnreadLine] = useState<MessageId | null>(
    () => (useChats.getState().byId.get(`${account} ${jid}`) ?? timeline).firstUnread,
  );

  const { messages, older, missing } = timeline;
  const last = messages.at(-1);
  const actions = useActionStops(messages);
  const items = useMemo((): Line[] => {
    const lines = timelineItems(messages, unreadLine, notices, older === null);
    if (missing) return [{ kind: "missing", key: "missing" }, ...lines];
    return older === null ? [{ kind: "begin", key: "begin" }, ...lines] : lines;
  }, [messages, unreadLine, notices, older, missing]);

  const drawn = useRef(items);
  useLayoutEffect(() => void (drawn.current = items), [items]);
  // Not with the list's `scrollToIndex`, which scrolls again with each measured line, even if the user has scrolled
  // away.
  const toEnd = useCallback(() => scroller.current?.scrollTo({ top: scroller.current.scrollHeight }), []);

  /** Stays at the end, unless the user has just scrolled away: the list notices that one frame later. */
  const stayAtEnd = useCallback(() => {
    const known = list.current?.scrollOffset ?? 0;
    const isMoved = (scroller.current?.scrollTop ?? known) < known - NEAR_END;
    if (isSettled.current && isMoved && gesture.current) atEnd.current = false;
    isResized.current = true;
    if (atEnd.current) toEnd();
  }, [toEnd]);
  // The list learns of the height of a line before it has that height itself.
  useEffect(() => {
    const lines = scroller.current?.querySelector("ul") ?? null;
    if (lines === null) return undefined;
    const observer = new ResizeObserver(stayAtEnd);
    observer.observe(lines);
    return () => observer.disconnect();
  }, [stayAtEnd]);

  /** Reports everything down to the last visible message as seen. */
  const markSeen = useCallback(() => {
    const handle = list.current;
    const current = useChats.getState().byId.get(`${account} ${jid}`);
    if (
      handle === null ||
      current === undefined ||
      current.unread === 0 ||
      !isSettled.current ||
      isOnTheWay.current ||
      !isWindowActive()
    )
      return;
    let at = atEnd.current
      ? items.length - 1
      : handle.findItemIndex(handle.scrollOffset + handle.viewportSize - NEAR_END);
    while (at >= 0 && items[at]?.kind !== "message") at--;
    const seen = items[at];
    if (seen?.kind !== "message") return;
    const mark = `${seen.message.id} ${current.firstUnread} ${current.unread}`;
    if (mark === marked.current) return;
    const unreadFrom = messages.findIndex((one) => one.id === current.firstUnread);
    if (unreadFrom > messages.indexOf(seen.message)) return;
    // If so many messages were missed that the first is not loaded, seeing the end does not mean they were read. An
    // answer does.
    if (unreadFrom === -1 && older !== null && messages.at(-1)?.direction !== "out") return;
    marked.current = mark;
    void call("chat.markRead", { account, jid, upTo: seen.message.id }).catch((error: unknown) => {
      log.debug("a chat could not be marked as read", error);
      marked.current = "";
    });
  }, [account, jid, items, messages, older]);

  const look = useCallback(() => {
    const handle = list.current;
    if (handle === null || !isSettled.current) return;
    // From the element itself, which knows the scroll position at once.
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0, clientWidth = 0 } = scroller.current ?? {};
    const toGo = scrollHeight - scrollTop - clientHeight;
    // Only scrolling up leaves the end. A new width changes all heights, a composer that becomes smaller makes the view
    // higher, and lines may be taller than estimated: all of this moves the end, not the reader.
    const view = `${clientWidth} ${clientHeight}`;
    const isLeaving =
      view === viewBefore.current && scrollTop < topBefore.current && (gesture.current || !isResized.current);
    gesture.current = false;
    isResized.current = false;
    if (atEnd.current && !isLeaving && toGo >= NEAR_END) toEnd();
    else atEnd.current = toGo < NEAR_END;
    viewBefore.current = view;
    topBefore.current = scrollTop;
    setFar(!atEnd.current && toGo > FAR);
    const at = handle.findItemIndex(handle.scrollOffset);
    anchor.current = { key: items[at]?.key ?? "", at, below: handle.scrollOffset - handle.getItemOffset(at) };
    const unreadFrom = useChats.getState().byId.get(`${account} ${jid}`)?.firstUnread ?? null;
    const firstNew =
      unreadFrom === null ? -1 : items.findIndex((item) => item.kind === "message" && item.message.id === unreadFrom);
    setUnreadAbove(unreadFrom !== null && (firstNew === -1 || firstNew < at));
    if (handle.scrollOffset < AHEAD * handle.viewportSize && !missing) void loadOlder({ account, jid });
  }, [account, jid, items, missing, toEnd]);

  // Where the chat opens. Runs once, because every chat gets a new view.
  const opening = useRef(false);
  useLayoutEffect(() => {
    if (opening.current) return;
    opening.current = true;
    const line = items.findIndex((item) => item.kind === "unread");
    if (line === -1) toEnd();
    else {
      atEnd.current = false;
      list.current?.scrollToIndex(line, { align: "start", offset: -24 });
    }
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        isSettled.current = true;
        look();
        markSeen();
      }),
    );
  }, [items, toEnd, look, markSeen]);

  // Messages that the archive inserts above the visible part must not move it.
  useLayoutEffect(() => {
    const { key, at, below } = anchor.current;
    const handle = list.current;
    if (atEnd.current || timeline.prepended || handle === null || !isSettled.current) return;
    const now = items.findIndex((item) => item.key === key);
    if (now !== -1 && now !== at) {
      anchor.current = { key, at: now, below };
      handle.scrollTo(handle.getItemOffset(now) + below);
    }
  }, [items, timeline.prepended]);

  const newestId = last?.id;
  const isOwn = last?.direction === "out";
  const before = useRef(newestId);
  useLayoutEffect(() => {
    const isNew = newestId !== before.current;
    before.current = newestId;
    // Our own message scrolls to the end from anywhere.
    if (isNew && isOwn) {
      atEnd.current = true;
      setUnreadLine(null);
      toEnd();
    } else if (opening.current) stayAtEnd();
  }, [newestId, isOwn, items, toEnd, stayAtEnd]);

  const unread = chat?.unread ?? 0;
  const firstUnread = chat?.firstUnread ?? null;
  useEffect(() => {
    markSeen();
    look();
  }, [items, isActive, unread, firstUnread, markSeen, look]);

  // Messages that arrive while nobody looks get a new unread line.
  const [seenUnread, setSeenUnread] = useState(firstUnread);
  if (firstUnread !== seenUnread) {
    setSeenUnread(firstUnread);
    if (firstUnread !== null && needsLine(messages, { firstUnread, seenUnread, unread, isActive }))
      setUnreadLine(firstUnread);
  }

  /** The user wants to be elsewhere, and is led there. */
  const leaveEnd = useCallback(() => {
    atEnd.current = false;
    gesture.current = true;
  }, []);
  /** Scrolls to the unread line, loading older messages if necessary. */
  const toUnread = useCallback(async () => {
    const wanted = useChats.getState().byId.get(`${account} ${jid}`)?.firstUnread ?? null;
    if (wanted === null) return toEnd();
    isOnTheWay.current = true;
    atEnd.current = false;
    setGoing(true);
    try {
      await loadBackTo({ account, jid }, wanted);
    } finally {
      setGoing(false);
    }
    setUnreadLine(wanted);
    // The line is rendered in the next frame.
    requestAnimationFrame(() => {
      const line = drawn.current.findIndex((item) => item.kind === "unread");
      leaveEnd();
      if (line !== -1) list.current?.scrollToIndex(line, { align: "start", offset: -24 });
      requestAnimationFrame(() => {
        isOnTheWay.current = false;
        look();
        markSeen();
      });
    });
  }, [account, jid, toEnd, look, markSeen, leaveEnd]);
  useUnreadKey(toUnread);

  useJumps({ account, jid }, { list, scroller, items: drawn, leaveEnd });

  // Missing messages are fetched when there is a connection again.
  const isOnline = useAccount(account)?.connection.state === "online";
  const wasOnline = useRef(isOnline);
  useEffect(() => {
    if (isOnline && !wasOnline.current && missing) void loadOlder({ account, jid });
    wasOnline.current = isOnline;
  }, [isOnline, missing, account, jid]);

  function keepPlace(event: MouseEvent): void {
    // Unfolding a long message at the end must not scroll to its end.
    if (event.target instanceof Element && event.target.closest("[data-fold]") !== null) atEnd.current = false;
  }

  return (
    <div className={styles.timeline}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={t(isRoom ? "room.timeline" : "chat.timeline", { name })}
        aria-busy={timeline.loadingOlder}
        tabIndex={0}
        onClickCapture={keepPlace}
        {...actions.handlers}
      >
        <div className={styles.spring} />
        <Virtualizer
          ref={list}
          as="ul"
          item="li"
          data={items}
          scrollRef={scroller}
          shift={timeline.prepended}
          bufferSize={600}
          onScroll={look}
          onScrollEnd={markSeen}
          onResize={stayAtEnd}
        >
          {(item) => (
            <Item
              key={item.key}
              item={item}
              account={account}
              jid={jid}
              name={name}
              isRoom={isRoom}
              today={today}
              stop={actions.stop}
              isEmpty={messages.length === 0}
              onRetry={() => void loadOlder({ account, jid })}
            />
          )}
        </Virtualizer>
      </div>
      <UnreadButton
        isShown={isUnreadAbove && unread > 0}
        isBusy={isGoing}
        unread={unread}
        onPress={() => void toUnread()}
      />
      {timeline.loadingOlder && !isGoing && (
        <p className={styles.older} role="status">
          {t("chat.loadingOlder")}
        </p>
      )}
      <JumpButton
        isShown={isFar}
        unread={unread}
        onPress={() => {
          atEnd.current = true;
          toEnd();
        }}
      />
      <Announcer message={last} author={name} />
    </div>
  );
});

interface ItemProps {
  item: Line;
  account: AccountId;
  jid: Jid;
  name: string;
  isRoom: boolean;
  today: number;
  stop: MessageId | null;
  isEmpty: boolean;
  onRetry(): void;
}

function Item({ item, account, jid, name, isRoom, today, stop, isEmpty, onRetry }: ItemProps) {
  switch (item.kind) {
    case "missing":
      return <Missing onRetry={onRetry} />;
    case "begin":
      return <Beginning account={account} jid={jid} name={name} isEmpty={isEmpty} isRoom={isRoom} />;
    case "day":
      return <DayLine at={item.at} today={today} />;
    case "unread":
      return <UnreadLine />;
    case "other-person":
      return <OtherPersonLine />;
    case "notice":
      return <NoticeLine notice={item.notice} />;
    case "message":
      return (
        <Bubble
          message={item.message satisfies Message}
          author={item.message.writer?.nickname ?? name}
          isRoom={isRoom}
          opens={item.opens}
          closes={item.closes}
          isTabStop={item.message.id === stop}
        />
      );
  }
}
