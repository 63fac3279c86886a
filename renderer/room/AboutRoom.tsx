/** The description of a room: subject, traits, our role, and actions for its owners. */
import { Copy, LogOut, Pencil, Settings2, ShieldCheck, Trash2, UsersRound } from "lucide-react";
import type { Room, RoomTraits } from "../../shared/model/room.ts";
import { MessageText } from "../conversation/message/text/MessageText.tsx";
import styles from "../contact/ContactDetails.module.css";
import type { RoomDialogKind } from "../state/dialogs.ts";
import { copy } from "../state/act.ts";
import { useText, type TextKey } from "../i18n/index.ts";
import { setPinned, useChat } from "../state/chats.ts";
import { useNavigation } from "../state/navigation.ts";
import { Button } from "../ui/Button.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { Select } from "../ui/fields/Select.tsx";
import { Switch } from "../ui/fields/Switch.tsx";
import { isAdmin, isOwner } from "../state/rooms/moderation.ts";
import { isolated } from "../ui/nickname.ts";
import { leave, setNotify } from "./room-acts.ts";
import own from "./RoomPanel.module.css";
import { RoomPicture } from "./RoomPicture.tsx";

/** Traits that are important before writing. */
const traitsOf = (traits: RoomTraits): (TextKey & `room.trait${string}`)[] => [
  traits.membersOnly ? "room.traitMembersOnly" : "room.traitOpen",
  traits.nonAnonymous ? "room.traitNonAnonymous" : "room.traitSemiAnonymous",
  ...(traits.moderated ? ["room.traitModerated" as const] : []),
  traits.public ? "room.traitPublic" : "room.traitHidden",
  ...(traits.password ? ["room.traitPassword" as const] : []),
  ...(traits.archived ? ["room.traitArchived" as const] : []),
  ...(traits.persistent ? [] : ["room.traitTemporary" as const]),
];

export function AboutRoom({ room, name }: { room: Room; name: string }) {
  const t = useText();
  const { account, jid, self, traits, state, subject } = room;
  const chat = useChat(account, jid);
  const obstacle = room.encryption?.obstacle ?? null;
  const isIn = state.state === "joined";
  const show = (kind: RoomDialogKind): void => useNavigation.getState().showDialog({ kind, account, jid });
  return (
    <div className={own.about}>
      <section className={styles.section}>
        <h3 className={styles.title}>{t("room.topic")}</h3>
        <div className={own.lineWithButton}>
          <p className={subject.trim() === "" ? styles.hint : styles.text} dir="auto">
            {subject.trim() === "" ? t("room.noTopic") : <MessageText body={subject} isUnstyled />}
          </p>
          {isIn && (
            <IconButton size="small" label={t("room.changeSubject")} onPress={() => show("subject")}>
              <Pencil />
            </IconButton>
          )}
        </div>
        {traits !== null && traits.description.trim() !== "" && traits.description !== subject && (
          <>
            <h3 className={styles.title}>{t("room.description")}</h3>
            <p className={styles.text} dir="auto">
              <MessageText body={traits.description} isUnstyled />
            </p>
          </>
        )}
        <h3 className={styles.title}>{t("room.address")}</h3>
        <div className={own.lineWithButton}>
          <p className={styles.text}>
            <bdi>{jid}</bdi>
          </p>
          <IconButton size="small" label={t("room.copyAddress")} onPress={() => void copy(jid, t("common.copied"))}>
            <Copy />
          </IconButton>
        </div>
      </section>
      <section className={styles.section}>
        <h3 className={styles.title}>{t("room.yourPlace")}</h3>
        <div className={own.lineWithButton}>
          <p className={styles.text}>
            {self === null ? (
              <bdi>{room.nickname}</bdi>
            ) : (
              t("room.youAre", {
                nickname: isolated(room.nickname),
                role: t(`room.role-${self.role}`),
                affiliation: t(`room.affiliation-${self.affiliation}`),
              })
            )}
          </p>
          <IconButton size="small" label={t("room.changeNickname")} onPress={() => show("nickname")}>
            <Pencil />
          </IconButton>
        </div>
        <Select
          label={t("room.notify")}
          choices={[
            { id: "all", label: t("room.notifyAll") },
            { id: "mentions", label: t("room.notifyMentions") },
            { id: "none", label: t("room.notifyNone") },
          ]}
          value={room.notify}
          onChange={(notify) => void setNotify(room, notify)}
        />
        {chat !== undefined && (
          <Switch
            label={t("roster.pinChat")}
            isSelected={chat.pinned}
            onChange={(pinned) => void setPinned(chat, pinned)}
          />
        )}
      </section>
      <section className={styles.section}>
        <h3 className={styles.title}>{t("room.privacy")}</h3>
        <p className={styles.text}>
          {t(chat?.encryption === "omemo" ? "room.encryptedNow" : "room.notEncrypted")}{" "}
          {obstacle !== null && t(`room.obstacle-${obstacle}`)}
        </p>
        {isIn && (
          <div className={styles.actions}>
            <Button size="small" icon={<ShieldCheck size={16} />} onPress={() => show("readers")}>
              {t("room.readers")}
            </Button>
          </div>
        )}
        {traits !== null && (
          <ul className={own.traits}>
            {traitsOf(traits).map((key) => (
              <li key={key}>{t(key)}</li>
            ))}
          </ul>
        )}
      </section>
      {isIn && isAdmin(self) && (
        <section className={styles.section}>
          <h3 className={styles.title}>{t("room.manage")}</h3>
          {isOwner(self) && <RoomPicture room={room} />}
          <div className={styles.actions}>
            {isOwner(self) && (
              <Button size="small" icon={<Settings2 size={16} />} onPress={() => show("configure")}>
                {t("room.configure")}
              </Button>
            )}
            <Button size="small" icon={<UsersRound size={16} />} onPress={() => show("affiliations")}>
              {t("room.affiliations")}
            </Button>
            {isOwner(self) && (
              <Button size="small" variant="danger-quiet" icon={<Trash2 size={16} />} onPress={() => show("destroy")}>
                {t("room.destroy")}
              </Button>
            )}
          </div>
        </section>
      )}
      {state.state !== "left" && (
        <div className={styles.remove}>
          <Button variant="danger-quiet" icon={<LogOut size={16} />} onPress={() => void leave(room, name)}>
            {t("room.leave")}
          </Button>
        </div>
      )}
    </div>
  );
}
