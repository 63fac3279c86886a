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
import cards from "../../roster/RequestCards.module.css";
import { chatId } from "../../state/chat-id.ts";
import { dismissInvitation, useInvitations } from "../../state/rooms/invitations.ts";
import { useNavigation } from "../../state/navigation.ts";
import { joinRoom, usualNickname } from "../../state/rooms/rooms.ts";
import { attempt } from "../../state/act.ts";
import { Avatar } from "../../ui/avatar/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import styles from "./InvitationCards.module.css";
import { isolated } from "../../ui/nickname.ts";

/** What a stranger says is shown this far. */
const MOST = 300;

function InvitationCard({ invitation }: { invitation: Invitation }) {
  const t = useText();
  const { account, room, from, known, reason } = invitation;
  const [isBusy, setBusy] = useState(false);
  const key = { account, jid: room };
  const name = useName(account, room);
  // A contact is known by the name that the user gave; whatever a room says of a stranger is an address at best.
  const inviter = useName(account, from as BareJid);
  const shown = known ? inviter : from;

  async function join(): Promise<void> {
    const { open, showRoomDialog } = useNavigation.getState();
    const nickname = usualNickname(account);
    // A stranger's room gets to see our nickname only when the user has looked at it.
    if (!known || nickname === "") return showRoomDialog({ kind: "join", at: key });
    setBusy(true);
    if (await attempt(joinRoom(key, nickname))) {
      open(key);
      await dismissInvitation(invitation, false);
    }
    setBusy(false);
  }

  async function decline(): Promise<void> {
    setBusy(true);
    await dismissInvitation(invitation, known);
    setBusy(false);
  }

  return (
    <li className={cards.card}>
      <Avatar jid={room} name={name} isGroup />
      <div className={cards.words}>
        <p className={cards.title}>{t("room.invited", { from: isolated(shown.slice(0, 80)), room: isolated(name) })}</p>
        {name !== room && (
          <p className={cards.jid}>
            <bdi>{room}</bdi>
          </p>
        )}
        {reason.trim() !== "" && (
          <p className={cards.said}>{t("room.quoted", { text: isolated(reason.slice(0, MOST)) })}</p>
        )}
        <div className={cards.actions}>
          <Button
            size="small"
            variant={known ? "primary" : "secondary"}
            isDisabled={isBusy}
            aria-label={t("room.joinInvitation", { room: name })}
            onPress={() => void join()}
          >
            {t("room.join")}
          </Button>
          <Button
            size="small"
            isDisabled={isBusy}
            aria-label={t("room.declineInvitation", { room: name })}
            onPress={() => void decline()}
          >
            {t("room.decline")}
          </Button>
        </div>
      </div>
    </li>
  );
}

export function InvitationCards() {
  const t = useText();
  const heldId = useId();
  const invitations = useInvitations((state) => state.invitations);
  const [isShown, setShown] = useState(false);
  if (invitations.length === 0) return null;
  const known = invitations.filter((one) => one.known);
  const heldBack = invitations.filter((one) => !one.known);
  const draw = (one: Invitation) => (
    <InvitationCard key={chatId({ account: one.account, jid: one.room })} invitation={one} />
  );
  return (
    <section className={cards.cards} aria-label={t("room.invitations")}>
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
    </section>
  );
}
