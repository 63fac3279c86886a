/** The panel of a group chat: its occupants and its description. */
import { UserPlus, X } from "lucide-react";
import { useEffect, useState } from "react";
import { Portrait } from "../avatar/Portrait.tsx";
import type { ContactDetailsProps } from "../contact/ContactDetails.tsx";
import { useName } from "../state/names.ts";
import { useText } from "../i18n/index.ts";
import { useFollowCore } from "../state/follow-core.ts";
import { useNavigation } from "../state/navigation.ts";
import { watchOccupants } from "../state/rooms/occupants.ts";
import { useRoom } from "../state/rooms/rooms.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { Tabs } from "../ui/Tabs.tsx";
import { AboutRoom } from "./AboutRoom.tsx";
import { People } from "./people/People.tsx";
import styles from "./RoomPanel.module.css";

type Tab = "people" | "about";

export function RoomPanel({ account, jid, onClose }: ContactDetailsProps) {
  useFollowCore();
  const t = useText();
  const name = useName(account, jid);
  const room = useRoom(account, jid);
  const isIn = room?.state.state === "joined";
  // In a narrow window the panel is alone.
  useEffect(() => (isIn ? watchOccupants({ account, jid }) : undefined), [account, jid, isIn]);
  const [tab, setTab] = useState<Tab>("people");
  return (
    <div className={styles.panel}>
      <header className={styles.header}>
        <Portrait account={account} of={jid} jid={jid} name={name} isGroup />
        <h2 className={styles.heading}>
          <bdi>{name}</bdi>
        </h2>
        {isIn && (
          <IconButton
            label={t("room.invite")}
            onPress={() => useNavigation.getState().showDialog({ kind: "invite", account, jid })}
          >
            <UserPlus />
          </IconButton>
        )}
        <IconButton label={t("room.closePanel")} onPress={onClose}>
          <X />
        </IconButton>
      </header>
      {room !== undefined && !isIn && <AboutRoom room={room} name={name} />}
      {room !== undefined && isIn && (
        <div className={styles.tabs}>
          <Tabs<Tab>
            label={t("common.details")}
            fill
            selected={tab}
            onSelect={setTab}
            tabs={[
              { id: "people", label: t("room.tabPeople"), content: <People room={room} /> },
              { id: "about", label: t("room.tabAbout"), content: <AboutRoom room={room} name={name} /> },
            ]}
          />
        </div>
      )}
    </div>
  );
}
