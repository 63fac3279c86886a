/** The members who can read encrypted messages in a room, present or not, and buttons for their keys. */
import { ChevronRight, ShieldCheck } from "lucide-react";
import { useEffect } from "react";
import { Button as AriaButton } from "react-aria-components";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import type { RoomMember } from "../../../shared/model/room.ts";
import { useName } from "../../state/names.ts";
import { useText } from "../../i18n/index.ts";
import { useAccount } from "../../state/accounts/accounts.ts";
import { loadMembers, useMembers, watchMembers } from "../../state/rooms/members.ts";
import { useNavigation } from "../../state/navigation.ts";
import { useRoom } from "../../state/rooms/rooms.ts";
import { Avatar } from "../../ui/avatar/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/feedback/Callout.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Skeleton } from "../../ui/feedback/Skeleton.tsx";
import { KeysMark } from "../people/KeysMark.tsx";
import { memberKeys, type MemberKeys } from "../people/member-keys.ts";
import { isolated } from "../../ui/nickname.ts";
import styles from "./ReadersDialog.module.css";

/** Members who need attention come first. */
const ORDER: Record<MemberKeys, number> = { changed: 0, undecided: 1, none: 2, unverified: 3, some: 4, verified: 5 };

function Reader({ room, member }: { room: ChatKey; member: RoomMember }) {
  const t = useText();
  const { account } = room;
  const name = useName(account, member.jid);
  const keys = memberKeys(member);
  const facts = [
    t(`room.keys-${keys}`),
    ...(member.devices > 0 ? [t("encryption.deviceCount", { count: member.devices })] : []),
  ].join(" · ");
  return (
    <AriaButton
      className={styles.reader ?? ""}
      onPress={() => useNavigation.getState().showDevices({ account, jid: member.jid })}
    >
      <Avatar jid={member.jid} name={name} size="small" />
      <span className={styles.words}>
        <bdi className={styles.name}>{name}</bdi>
        <bdi className={styles.fact}>{member.jid}</bdi>
        <span className={styles.fact}>{facts}</span>
      </span>
      <KeysMark keys={keys} />
      <ChevronRight className={styles.go} aria-hidden="true" />
    </AriaButton>
  );
}

export function ReadersDialog({ room, onClose }: { room: ChatKey; onClose(): void }) {
  const t = useText();
  const { account, jid } = room;
  const name = useName(account, jid);
  const own = useAccount(account)?.jid;
  const obstacle = useRoom(account, jid)?.encryption?.obstacle ?? null;
  const { status, error, byJid } = useMembers(account, jid);
  useEffect(() => watchMembers({ account, jid }), [account, jid]);
  const others = [...byJid.values()]
    .filter((one) => one.jid !== own)
    .sort((a, b) => ORDER[memberKeys(a)] - ORDER[memberKeys(b)] || (a.jid < b.jid ? -1 : 1));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={t("room.readersOf", { name: isolated(name) })}
      icon={<ShieldCheck />}
      actions={<Button onPress={onClose}>{t("common.close")}</Button>}
    >
      <p className={styles.note}>{obstacle === null ? t("room.readersText") : t(`room.obstacle-${obstacle}`)}</p>
      {status === "loading" && (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton width="100%" height="6rem" />
        </div>
      )}
      {status === "failed" && (
        <Callout
          tone="danger"
          actions={
            <Button size="small" onPress={() => void loadMembers(room)}>
              {t("common.tryAgain")}
            </Button>
          }
        >
          {t(`error.${error ?? "internal"}`)}
        </Callout>
      )}
      {others.length > 0 && (
        <ul className={styles.list}>
          {others.map((member) => (
            <li key={member.jid}>
              <Reader room={room} member={member} />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
