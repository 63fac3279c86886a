/** The header of a conversation: name, description and actions. */
import { ArrowLeft, Images } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import type { AccountId } from "../../shared/model/primitives.ts";
import { useText } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { useNavigation } from "../state/navigation.ts";
import { useShortcutText } from "../state/shortcut-text.ts";
import { Hidden } from "../ui/Hidden.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { useIsNarrow } from "../ui/narrow.ts";
import styles from "./ConversationHeader.module.css";

export interface ConversationHeaderProps {
  account: AccountId;
  picture: ReactNode;
  heading: ReactNode;
  /** The heading at full length. */
  title?: string;
  /** The name whose details the avatar's button opens; null: there are none. */
  detailsOf: string | null;
  /** Below the heading; our own address follows if we have several. */
  children: ReactNode;
  actions: ReactNode;
}

export function ConversationHeader({
  account,
  picture,
  heading,
  title,
  detailsOf,
  children,
  actions,
}: ConversationHeaderProps) {
  const t = useText();
  const isNarrow = useIsNarrow();
  const own = useAccounts(({ accounts }) =>
    accounts.length > 1 ? accounts.find((one) => one.id === account)?.jid : undefined,
  );
  const { toggleDetails, closeChat } = useNavigation.getState();
  return (
    <header className={styles.header}>
      {isNarrow && (
        <IconButton label={t("common.back")} onPress={closeChat}>
          <ArrowLeft />
        </IconButton>
      )}
      {detailsOf === null ? (
        <span className={styles.who}>{picture}</span>
      ) : (
        <Button className={styles.who ?? ""} onPress={toggleDetails}>
          <Hidden>{t("roster.detailsOf", { name: detailsOf })}</Hidden>
          {picture}
        </Button>
      )}
      <div className={styles.words}>
        <h1 className={styles.name} title={title}>
          {heading}
        </h1>
        <p className={styles.presence}>
          {children}
          {own !== undefined && <span> · {own}</span>}
        </p>
      </div>
      <GalleryButton />
      {actions}
    </header>
  );
}

/** Opens the files and links of the chat. */
function GalleryButton() {
  const t = useText();
  return (
    <IconButton
      label={t("gallery.title")}
      shortcut={useShortcutText("M", { shift: true })}
      onPress={() => useNavigation.getState().showDialog({ kind: "gallery", chat: useNavigation.getState().openChat })}
    >
      <Images />
    </IconButton>
  );
}

/** Opens and closes the panel with the details. */
export function DetailsButton({ open, close, icon }: { open: string; close: string; icon: ReactNode }) {
  const details = useNavigation((state) => state.details);
  return (
    <IconButton
      label={details ? close : open}
      isActive={details}
      onPress={() => useNavigation.getState().toggleDetails()}
    >
      {icon}
    </IconButton>
  );
}
