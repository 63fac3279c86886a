/**
 * Invitations to group chats: those of contacts as cards above the chat list, also where only the room says that a
 * contact invites; those of strangers held back behind one line.
 */
import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import type { Jid } from "../../../shared/jid.ts";
import type { Invitation } from "../../../shared/model/room.ts";
import { useName } from "../../state/names.ts";
import { useText } from "../../i18n/index.ts";
import { chatId } from "../../state/chat-id.ts";
import { dismissInvitation, useInvitations } from "../../state/pending/pending.ts";
import { useNavigation } from "../../state/navigation.ts";
import { joinRoom, usualNickname } from "../../state/rooms/rooms.ts";
import { attempt } from "../../state/act.ts";
import { Card, Cards, CardQuote } from "../../ui/cards/Cards.tsx";
import { Avatar } from "../../ui/avatar/Avatar.tsx";
import styles from "./InvitationCards.module.css";
import { isolated } from "../../ui/nickname.ts";

/** Maximum length of a stranger's text that is shown. */
const MOST = 300;

/** Maximum number of cards where only the room says that a contact invites. A room can say that of anybody. */
const MOST_SAID = 5;

function InvitationCard({ invitation }: { invitation: Invitation }) {
  const t = useText();
  const { account, room, from, nickname, known, contact, reason } = invitation;
  const key = { account, jid: room };
  const name = useName(account, room);
  // A contact has the name that the user gave; what a room says about a stranger is an address at best.
  const inviter = useName(account, contact ?? (from as Jid));
  const title = (): string => {
    const into = isolated(name);
    const by = (shown: string) => ({ from: isolated(shown.slice(0, 80)), room: into });
    if (known) return t("room.invited", by(inviter));
    if (contact !== null) return t("room.invitedAsSaid", by(inviter));
    if (nickname !== null) return t("room.invitedByNickname", by(nickname));
    return from === room ? t("room.invitedByNobody", { room: into }) : t("room.invited", by(from));
  };

  async function join(): Promise<void> {
    const { open, showDialog } = useNavigation.getState();
    const nickname = usualNickname(account);
    // A room that no contact vouches for learns our nickname only after the user has looked at the invitation.
    if (!known || nickname === "") return showDialog({ kind: "join", at: key });
    if (!(await attempt(joinRoom(key, nickname)))) return;
    open(key);
    await dismissInvitation(invitation, false);
  }

  return (
    <Card
      picture={<Avatar jid={room} name={name} isGroup />}
      title={title()}
      jid={name === room ? null : room}
      answers={[
        { text: t("room.join"), label: t("room.joinInvitation", { room: name }), isPrimary: known, run: join },
        {
          text: t("room.decline"),
          label: t("room.declineInvitation", { room: name }),
          run: () => dismissInvitation(invitation, known || contact !== null),
        },
      ]}
    >
      {reason.trim() !== "" && <CardQuote>{t("room.quoted", { text: isolated(reason.slice(0, MOST)) })}</CardQuote>}
    </Card>
  );
}

export function InvitationCards() {
  const t = useText();
  const heldId = useId();
  const invitations = useInvitations((state) => state.items);
  const [isShown, setShown] = useState(false);
  if (invitations.length === 0) return null;
  const said = invitations.filter((one) => !one.known && one.contact !== null).slice(-MOST_SAID);
  const isShownAtOnce = (one: Invitation): boolean => one.known || said.includes(one);
  const ofContacts = invitations.filter(isShownAtOnce);
  const heldBack = invitations.filter((one) => !isShownAtOnce(one));
  const draw = (one: Invitation) => (
    <InvitationCard key={chatId({ account: one.account, jid: one.room })} invitation={one} />
  );
  return (
    <Cards label={t("room.invitations")}>
      <ul>{ofContacts.map(draw)}</ul>
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
