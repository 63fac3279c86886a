/**
 * Who asks to be let into a group chat, or to be let speak in one, where we may decide: a card each, above the chat
 * list.
 */
import { useState } from "react";
import type { RoomRequest } from "../../../shared/model/room.ts";
import { useName } from "../../state/names.ts";
import { useText } from "../../i18n/index.ts";
import cards from "../../roster/RequestCards.module.css";
import { answerRoomRequest, useRoomRequests } from "../../state/rooms/room-requests.ts";
import { Avatar } from "../../ui/avatar/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { colourOf, isolated } from "../../ui/nickname.ts";

function Card({ request }: { request: RoomRequest }) {
  const t = useText();
  const { account, jid, kind, nickname, person, details } = request;
  const [isBusy, setBusy] = useState(false);
  const room = useName(account, jid);
  const name = nickname !== "" ? nickname : (person ?? t("room.somebody"));
  const names = { name: isolated(name.slice(0, 80)), room: isolated(room) };

  async function answer(allow: boolean): Promise<void> {
    setBusy(true);
    await answerRoomRequest(request, allow);
    setBusy(false);
  }

  return (
    <li className={cards.card}>
      <Avatar jid={colourOf({ jid: person, nickname: name })} name={name} />
      <div className={cards.words}>
        <p className={cards.title}>{t(kind === "voice" ? "room.asksVoice" : "room.asksMembership", names)}</p>
        {person !== null && (
          <p className={cards.jid}>
            <bdi>{person}</bdi>
          </p>
        )}
        {details.map(({ label, value }) => (
          <p key={label} className={cards.said} dir="auto">
            {t("room.askedDetail", { label: isolated(label), value: isolated(value) })}
          </p>
        ))}
        <div className={cards.actions}>
          <Button
            size="small"
            variant="primary"
            isDisabled={isBusy}
            aria-label={t(kind === "voice" ? "room.allowVoiceFor" : "room.allowMembershipFor", names)}
            onPress={() => void answer(true)}
          >
            {t(kind === "voice" ? "room.giveVoice" : "room.letIn")}
          </Button>
          <Button
            size="small"
            isDisabled={isBusy}
            aria-label={t("room.denyFor", names)}
            onPress={() => void answer(false)}
          >
            {t("room.deny")}
          </Button>
        </div>
      </div>
    </li>
  );
}

export function RoomRequestCards() {
  const t = useText();
  const requests = useRoomRequests((state) => state.requests);
  if (requests.length === 0) return null;
  return (
    <section className={cards.cards} aria-label={t("room.requests")}>
      <ul>
        {requests.map((request) => (
          <Card key={request.id} request={request} />
        ))}
      </ul>
    </section>
  );
}
