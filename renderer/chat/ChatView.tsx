/** One chat: header, timeline, composer. A new chat gets a new view. */
import { MessageSquareWarning, UserPlus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { useName } from "../state/names.ts";
import { useText } from "../i18n/index.ts";
import { AddContact } from "../roster/AddContact.tsx";
import { useChat } from "../state/chats.ts";
import { useContact, useContacts } from "../state/contacts/contacts.ts";
import { useFollowCore } from "../state/follow-core.ts";
import { openTimeline, useTimeline } from "../state/messages/messages.ts";
import { useRequests } from "../state/contacts/requests.ts";
import { Button } from "../ui/Button.tsx";
import { EmptyState } from "../ui/feedback/EmptyState.tsx";
import { ChatHeader } from "./ChatHeader.tsx";
import styles from "./ChatView.module.css";
import { Composer } from "../conversation/composer/Composer.tsx";
import { KeyBanners } from "./KeyBanners.tsx";
import { Timeline } from "../conversation/timeline/Timeline.tsx";
import { TimelineSkeleton } from "../conversation/timeline/TimelineSkeleton.tsx";
import { useTypeAnywhere } from "../conversation/composer/type-anywhere.ts";

export interface ChatViewProps {
  account: AccountId;
  jid: BareJid;
}

/** Somebody who is not in the roster: one press away from being there. */
function Stranger({ account, jid }: ChatViewProps) {
  const t = useText();
  const [isAdding, setAdding] = useState(false);
  return (
    <div className={styles.stranger}>
      <p className={styles.strangerText}>{t("chat.strangerTitle", { jid })}</p>
      <Button size="small" icon={<UserPlus size={16} />} onPress={() => setAdding(true)}>
        {t("chat.strangerAdd")}
      </Button>
      <AddContact isOpen={isAdding} onClose={() => setAdding(false)} account={account} jid={jid} />
    </div>
  );
}

export function ChatView({ account, jid }: ChatViewProps) {
  useFollowCore();
  const t = useText();
  const name = useName(account, jid);
  const timeline = useTimeline(account, jid);
  const chat = useChat(account, jid);
  const isStranger = useContact(account, jid) === undefined;
  const knowsRoster = useContacts((state) => state.status === "ready");
  const asks = useRequests((state) => state.requests.some((one) => one.account === account && one.jid === jid));
  const view = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  useTypeAnywhere(view, input);
  useEffect(() => {
    void openTimeline({ account, jid });
    input.current?.focus();
  }, [account, jid]);
  return (
    <div ref={view} className={styles.view}>
      <ChatHeader account={account} jid={jid} name={name} />
      {isStranger && knowsRoster && !asks && <Stranger account={account} jid={jid} />}
      {chat !== undefined && <KeyBanners chat={chat} name={name} />}
      {timeline.status === "loading" && <TimelineSkeleton />}
      {timeline.status === "failed" && (
        <div className={styles.failed}>
          <EmptyState
            icon={<MessageSquareWarning />}
            title={t("chat.openFailed")}
            actions={<Button onPress={() => void openTimeline({ account, jid })}>{t("common.tryAgain")}</Button>}
          >
            {t(`error.${timeline.error ?? "internal"}`)}
          </EmptyState>
        </div>
      )}
      {timeline.status === "ready" && <Timeline account={account} jid={jid} name={name} timeline={timeline} />}
      <Composer account={account} jid={jid} name={name} input={input} />
    </div>
  );
}
