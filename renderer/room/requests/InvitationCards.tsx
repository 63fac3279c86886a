/**
 * Who asks us into group chats: those of contacts as cards above the chat list, those of strangers held back behind one
 * line.
 */
import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import type { BareJid } from "../../../shared/jid.ts";
import type { Invitation } from "../../../shared/model/room.ts";
import { useName } from "../../state/names.ts";
import { useText } from "../../i18n/index.ts";
import { chatId } from "../../state/chat-id.ts";
import { dismissInvitation, useInvitations } from "../../state/pending/pending.ts";
import { useNavigation } from "../../state/navigation.ts";
import { joinRoom, usualNickname } from "../../state/rooms/rooms.ts";
import { attempt } from "../../state/act.ts";
import { Card, Cards, Said } from "../../ui/cards/Cards.tsx";
import { Avatar } from "../../ui/avatar/Avatar.tsx";
import styles from "./InvitationCards.module.css";
import { isolated } from "../../ui/nickname.ts";

/** What a stranger says is shown this far. */
const MOST = 300;

function InvitationCard({ invitation }: { invitation: Invitation }) {
  const t = useText();
  const { account, room, from, known, reason } = invitation;
  const key = { account, jid: room };
  const name = useName(account, room);
  // A contact is known by the name that the user gave; whatever a room says of a stranger is an address at best.
  const inviter = useName(account, from as BareJid);
  const shown = known ? inviter : from;

  async function join(): Promise<void> {
    const { open, showDialog } = useNavigation.getState();
    const nickname = usualNickname(account);
    // A stranger's room gets to see our nickname only when the user has looked at it.
    if (!known || nickname === "") return showDialog({ kind: "join", at: key });
    if (!(await attempt(joinRoom(key, nickname)))) return;
    open(key);
    await dismissInvitation(invitation, false);
  }

  return (
    <Card
      picture={<Avatar jid={room} name={name} isGroup />}
      title={t("room.invited", { from: isolated(shown.slice(0, 80)), room: isolated(name) })}
      jid={name === room ? null : room}
      answers={[
        { text: t("room.join"), label: t("room.joinInvitation", { room: name }), isPrimary: known, run: join },
        {
          text: t("room.decline"),
          label: t("room.declineInvitation", { room: name }),
          run: () => dismissInvitation(invitation, known),
        },
      ]}
    >
      {reason.trim() !== "" && <Said>{t("room.quoted", { text: isolated(reason.slice(0, MOST)) })}</Said>}
    </Card>
  );
}

export function InvitationCards() {
  const t = useText();
  const heldId = useId();
  const invitations = useInvitations((state) => state.items);
  const [isShown, setShown] = useState(false);
  if (invitations.length === 0) return null;
  const known = invitations.filter((one) => one.known);
  const heldBack = invitations.filter((one) => !one.known);
  const draw = (one: Invitation) => (
    <InvitationCard key={chatId({ account: one.account, jid: one.room })} invitation={one} />
  );
  return (
    <Cards label={t("room.invitations")}>
      <ul>{known.map(draw)}</ul>
      {heldBack.length > 0 && (
        <>
          <button
            type="button"
            className={styles.held}
            aria-expanded={isShown}
            aria-controls={heldId}
            onClick={() => setShown(!isShown)}
          >
            <ChevronRight aria-hidden="true" />
            {t("room.invitationsUnknown", { count: heldBack.length })}
          </button>
          <ul id={heldId} hidden={!isShown}>
            {isShown && heldBack.map(draw)}
          </ul>
        </>
      )}
    </Cards>
  );
}
