/** Subscription requests (RFC 6121 §3.1.3): a card each, above the chat list. */
import { useText } from "../i18n/index.ts";
import type { SubscriptionRequest } from "../../shared/model/contact.ts";
import { chatId } from "../state/chat-id.ts";
import { useName } from "../state/names.ts";
import { answerRequest, useRequests } from "../state/pending/pending.ts";
import { Avatar } from "../ui/avatar/Avatar.tsx";
import { Card, Cards, CardQuote } from "../ui/cards/Cards.tsx";
import { isolated } from "../ui/nickname.ts";

/** The nickname and the message come from a stranger. */
export function RequestCard({ request }: { request: SubscriptionRequest }) {
  const t = useText();
  const { account, jid, nickname, message } = request;
  const name = useName(account, jid);
  return (
    <Card
      picture={<Avatar jid={jid} name={name} />}
      title={t("roster.requestTitle", { name: isolated(name) })}
      jid={name === jid ? null : jid}
      answers={[
        {
          text: t("roster.accept"),
          label: t("roster.acceptFor", { name }),
          isPrimary: true,
          run: () => answerRequest(request, "accept"),
        },
        { text: t("roster.deny"), label: t("roster.denyFor", { name }), run: () => answerRequest(request, "deny") },
      ]}
    >
      {nickname.trim() !== "" && (
        <CardQuote>{t("roster.requestNick", { nickname: isolated(nickname.slice(0, 80)) })}</CardQuote>
      )}
      {message.trim() !== "" && <CardQuote dir="auto">{message}</CardQuote>}
    </Card>
  );
}

export function RequestCards() {
  const t = useText();
  const requests = useRequests((state) => state.items);
  if (requests.length === 0) return null;
  return (
    <Cards label={t("roster.requests")}>
      <ul>
        {requests.map((request) => (
          <RequestCard key={chatId(request)} request={request} />
        ))}
      </ul>
    </Cards>
  );
}
