/** Who wants to see our presence (RFC 6121 §3.1.3): a card each, above the chat list. */
import { useText } from "../i18n/index.ts";
import type { SubscriptionRequest } from "../../shared/model/contact.ts";
import { useName } from "../state/names.ts";
import { isolated } from "../ui/nickname.ts";
import { chatId } from "../state/chat-id.ts";
import { answerRequest, useRequests } from "../state/contacts/requests.ts";
import { Avatar } from "../ui/avatar/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import styles from "./RequestCards.module.css";

/** The nickname and the message come from a stranger: shown as quotations, short, as text. */
export function RequestCard({ request }: { request: SubscriptionRequest }) {
  const t = useText();
  const name = useName(request.account, request.jid);
  const isAnswering = useRequests((state) => state.answering.has(chatId(request)));
  return (
    <li className={styles.card}>
      <Avatar jid={request.jid} name={name} />
      <div className={styles.words}>
        <p className={styles.title}>{t("roster.requestTitle", { name: isolated(name) })}</p>
        {name !== request.jid && (
          <p className={styles.jid}>
            <bdi>{request.jid}</bdi>
          </p>
        )}
        {request.nickname.trim() !== "" && (
          <p className={styles.said}>
            {t("roster.requestNick", { nickname: isolated(request.nickname.slice(0, 80)) })}
          </p>
        )}
        {request.message.trim() !== "" && (
          <p className={styles.said} dir="auto">
            {request.message}
          </p>
        )}
        <div className={styles.actions}>
          <Button
            size="small"
            variant="primary"
            isDisabled={isAnswering}
            aria-label={t("roster.acceptFor", { name })}
            onPress={() => void answerRequest(request, "accept")}
          >
            {t("roster.accept")}
          </Button>
          <Button
            size="small"
            isDisabled={isAnswering}
            aria-label={t("roster.denyFor", { name })}
            onPress={() => void answerRequest(request, "deny")}
          >
            {t("roster.deny")}
          </Button>
        </div>
      </div>
    </li>
  );
}

export function RequestCards() {
  const t = useText();
  const requests = useRequests((state) => state.requests);
  if (requests.length === 0) return null;
  return (
    <section className={styles.cards} aria-label={t("roster.requests")}>
      <ul>
        {requests.map((request) => (
          <RequestCard key={chatId(request)} request={request} />
        ))}
      </ul>
    </section>
  );
}
