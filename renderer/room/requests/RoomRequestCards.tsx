/** Requests for membership or voice about which we may decide: a card each, above the chat list. */
import type { RoomRequest } from "../../../shared/model/room.ts";
import { useText } from "../../i18n/index.ts";
import { useName } from "../../state/names.ts";
import { answerRoomRequest, useRoomRequests } from "../../state/pending/pending.ts";
import { Avatar } from "../../ui/avatar/Avatar.tsx";
import { Card, Cards, CardQuote } from "../../ui/cards/Cards.tsx";
import { colourOf, isolated } from "../../ui/nickname.ts";

function RoomRequestCard({ request }: { request: RoomRequest }) {
  const t = useText();
  const { account, jid, kind, nickname, person, details } = request;
  const room = useName(account, jid);
  const name = nickname !== "" ? nickname : (person ?? t("room.somebody"));
  const names = { name: isolated(name.slice(0, 80)), room: isolated(room) };
  const isVoice = kind === "voice";
  return (
    <Card
      picture={<Avatar jid={colourOf({ jid: person, nickname: name })} name={name} />}
      title={t(isVoice ? "room.asksVoice" : "room.asksMembership", names)}
      jid={person}
      answers={[
        {
          text: t(isVoice ? "room.giveVoice" : "room.letIn"),
          label: t(isVoice ? "room.allowVoiceFor" : "room.allowMembershipFor", names),
          isPrimary: true,
          run: () => answerRoomRequest(request, true),
        },
        { text: t("room.deny"), label: t("room.denyFor", names), run: () => answerRoomRequest(request, false) },
      ]}
    >
      {details.map(({ label, value }) => (
        <CardQuote key={label} dir="auto">
          {t("room.askedDetail", { label: isolated(label), value: isolated(value) })}
        </CardQuote>
      ))}
    </Card>
  );
}

export function RoomRequestCards() {
  const t = useText();
  const requests = useRoomRequests((state) => state.items);
  if (requests.length === 0) return null;
  return (
    <Cards label={t("room.requests")}>
      <ul>
        {requests.map((request) => (
          <RoomRequestCard key={request.id} request={request} />
        ))}
      </ul>
    </Cards>
  );
}
