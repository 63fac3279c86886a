/**
 * The chat list: requests on top, then the chats, rendered only where visible. One tab stop; arrows, Home and End move
 * within it, Enter opens a chat, the menu key or a right click opens the menu.
 */
import { MessageCirclePlus, MessagesSquare, UserPlus } from "lucide-react";
import { useCallback, useRef, useState, type KeyboardEvent } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { Chat } from "../../shared/model/chat.ts";
import { useToday } from "../conversation/timeline/day-label.ts";
import { useText } from "../i18n/index.ts";
import { AddContact } from "../roster/AddContact.tsx";
import { InvitationCards } from "../room/requests/InvitationCards.tsx";
import { RoomRequestCards } from "../room/requests/RoomRequestCards.tsx";
import { RequestCards } from "../roster/RequestCards.tsx";
import { loadChats, loadMoreChats, useChats } from "../state/chats.ts";
import { useFollowCore } from "../state/follow-core.ts";
import { useNavigation } from "../state/navigation.ts";
import { Button } from "../ui/Button.tsx";
import { EmptyState } from "../ui/feedback/EmptyState.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { chatMenu } from "./chat-menu.tsx";
import styles from "./ChatList.module.css";
import { CatchUpLine } from "./CatchUpLine.tsx";
import { ChatRow } from "./ChatRow.tsx";
import { ContextMenu } from "../ui/menu/ContextMenu.tsx";
import { ListSkeleton } from "./ListSkeleton.tsx";
import { NewChat } from "./NewChat.tsx";

interface OpenMenu {
  chat: Chat;
  name: string;
  x: number;
  y: number;
}

/** Number of rows before the end at which the next page is read. */
const AHEAD = 30;

function Rows({ order }: { order: readonly string[] }) {
  const t = useText();
  const today = useToday();
  const list = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const open = useNavigation(({ openChat }) => (openChat === null ? "" : `${openChat.account} ${openChat.jid}`));
  const [focused, setFocused] = useState<string | null>(null);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  // The tab stop is the last focused chat, else the open one, else the first.
  const tabStop = [focused, open, order[0]].find((id) => id != null && order.includes(id)) ?? "";
  const showMenu = useCallback((chat: Chat, name: string, x: number, y: number) => setMenu({ chat, name, x, y }), []);

  function focusRow(index: number): void {
    const id = order[index];
    if (id === undefined) return;
    setFocused(id);
    list.current?.scrollToIndex(index, { align: "nearest" });
    // A distant row needs some frames until it is rendered and can be focused.
    let frames = 20;
    const tryFocus = (): void => {
      const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
      row?.focus({ preventScroll: true });
      if (document.activeElement !== row && frames-- > 0) requestAnimationFrame(tryFocus);
    };
    requestAnimationFrame(tryFocus);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const at = order.indexOf(tabStop);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: order.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    focusRow(Math.max(0, Math.min(order.length - 1, to)));
  }

  function onScroll(): void {
    const handle = list.current;
    if (handle !== null && handle.findItemIndex(handle.scrollOffset + handle.viewportSize) > order.length - AHEAD)
      void loadMoreChats();
  }

  return (
    <div ref={scroller} className={styles.scroller} onKeyDown={onKeyDown}>
      <Virtualizer
        ref={list}
        as="ul"
        item="li"
        data={order}
        scrollRef={scroller}
        onScroll={onScroll}
        keepMounted={[Math.max(0, order.indexOf(tabStop))]}
      >
        {(id, index) => (
          <ChatRow key={id} id={id} index={index} isTabStop={id === tabStop} today={today} onMenu={showMenu} />
        )}
      </Virtualizer>
      {menu !== null && (
        <ContextMenu
          label={t("chat.menuFor", { name: menu.name })}
          entries={chatMenu(menu.chat, menu.name)}
          x={menu.x}
          y={menu.y}
          onClose={() => setMenu(null)}
        />
      )}
    </div>
  );
}

export function ChatList() {
  useFollowCore();
  const t = useText();
  const order = useChats((state) => state.order);
  const status = useChats((state) => state.status);
  const [dialog, setDialog] = useState<"none" | "new-chat" | "add-contact">("none");
  return (
    <div className={styles.list}>
      <CatchUpLine />
      <div className={styles.head}>
        <h2 className={styles.title}>{t("chat.chats")}</h2>
        <IconButton size="small" label={t("roster.addContact")} onPress={() => setDialog("add-contact")}>
          <UserPlus />
        </IconButton>
        <IconButton size="small" label={t("chat.newChat")} onPress={() => setDialog("new-chat")}>
          <MessageCirclePlus />
        </IconButton>
      </div>
      <RequestCards />
      <InvitationCards />
      <RoomRequestCards />
      {status === "loading" && order.length === 0 && <ListSkeleton />}
      {status === "failed" && order.length === 0 && (
        <EmptyState
          icon={<MessagesSquare />}
          title={t("chat.loadFailed")}
          actions={<Button onPress={() => void loadChats()}>{t("common.tryAgain")}</Button>}
        />
      )}
      {status === "ready" && order.length === 0 && (
        <EmptyState
          icon={<MessagesSquare />}
          title={t("chat.emptyTitle")}
          actions={
            <>
              <Button variant="primary" onPress={() => setDialog("new-chat")}>
                {t("chat.startChat")}
              </Button>
              <Button onPress={() => setDialog("add-contact")}>{t("roster.addContact")}</Button>
            </>
          }
        >
          {t("chat.emptyText")}
        </EmptyState>
      )}
      {order.length > 0 && <Rows order={order} />}
      <NewChat
        isOpen={dialog === "new-chat"}
        onClose={() => setDialog("none")}
        onAddContact={() => setDialog("add-contact")}
      />
      <AddContact isOpen={dialog === "add-contact"} onClose={() => setDialog("none")} />
    </div>
  );
}
