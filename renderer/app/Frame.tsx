/**
 * The main view: chat list on the left, conversation on the right, details on demand. In a narrow window the
 * conversation replaces the list, and the details replace the conversation.
 */
import { isFull } from "../../shared/jid-parts.ts";
import { MessagesSquare } from "lucide-react";
import { ContactConversation } from "../chat/ContactConversation.tsx";
import { ChatList } from "../chatlist/ChatList.tsx";
import { ContactDetails } from "../contact/ContactDetails.tsx";
import { useText } from "../i18n/index.ts";
import { PrivateConversation } from "../room/private/PrivateConversation.tsx";
import { RoomPanel } from "../room/RoomPanel.tsx";
import { RoomConversation } from "../room/RoomConversation.tsx";
import { useChats } from "../state/chats.ts";
import { useNavigation } from "../state/navigation.ts";
import { useRooms } from "../state/rooms/rooms.ts";
import { useShortcutText } from "../state/shortcut-text.ts";
import { EmptyState } from "../ui/feedback/EmptyState.tsx";
import { Hidden } from "../ui/Hidden.tsx";
import { ConnectionBanners } from "../connection/ConnectionBanners.tsx";
import styles from "./Frame.module.css";
import { useIsNarrow } from "../ui/narrow.ts";
import { SidebarHeader } from "./SidebarHeader.tsx";
import { StoreBanner } from "../connection/StoreBanner.tsx";

function NothingOpen() {
  const t = useText();
  const shortcut = useShortcutText("K");
  return (
    <EmptyState icon={<MessagesSquare />} title={t("common.nothingOpen")}>
      {t("common.nothingOpenHint", { shortcut })}
    </EmptyState>
  );
}

export function Frame() {
  const t = useText();
  const narrow = useIsNarrow();
  const { openChat, details, closeDetails } = useNavigation();
  const showsDetails = details && openChat !== null && !isFull(openChat.jid);
  const showsList = !narrow || openChat === null;
  const showsChat = !narrow || (openChat !== null && !showsDetails);
  const heading = <Hidden as="h1">{t("common.appName")}</Hidden>;
  // A window always has one main landmark: a column that is alone.
  const Side = showsChat ? "nav" : "main";
  const Panel = showsChat ? "aside" : "main";
  // A new chat gets a new view, so that composer and scroll position of the previous one are not kept.
  const key = openChat === null ? "" : `${openChat.account} ${openChat.jid}`;
  const isRoomChat = useChats((state) => state.byId.get(key)?.kind === "room");
  const isRoom = useRooms((state) => state.byId.has(key)) || isRoomChat;
  const Conversation = isRoom ? RoomConversation : ContactConversation;
  const Details = isRoom ? RoomPanel : ContactDetails;
  return (
    <div className={styles.frame}>
      {showsList && showsChat && (
        <a className={styles.skip} href="#conversation">
          {t("common.skipToChat")}
        </a>
      )}
      {showsList && (
        <Side className={styles.sidebar} aria-label={t("common.sidebar")}>
          {heading}
          <SidebarHeader />
          <div className={styles.banners}>
            <StoreBanner />
            <ConnectionBanners />
          </div>
          <div className={styles.list}>
            <ChatList />
          </div>
        </Side>
      )}
      {showsChat && (
        <main id="conversation" className={styles.main} tabIndex={-1} aria-label={t("common.conversation")}>
          {!showsList && heading}
          {narrow && openChat !== null && (
            <div className={styles.banners}>
              <StoreBanner />
              <ConnectionBanners />
            </div>
          )}
          <div className={styles.fill}>
            {openChat === null ? (
              <NothingOpen />
            ) : isFull(openChat.jid) ? (
              <PrivateConversation key={key} account={openChat.account} jid={openChat.jid} />
            ) : (
              <Conversation key={key} account={openChat.account} jid={openChat.jid} />
            )}
          </div>
        </main>
      )}
      {showsDetails && !isFull(openChat.jid) && (
        <Panel className={styles.details} aria-label={t("common.details")}>
          {!showsList && !showsChat && heading}
          <Details key={key} account={openChat.account} jid={openChat.jid} onClose={closeDetails} />
        </Panel>
      )}
    </div>
  );
}
