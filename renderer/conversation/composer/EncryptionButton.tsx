/**
 * The lock in the composer: shows whether the next message is encrypted; its menu turns encryption on or off and opens
 * the keys.
 */
import { isFull } from "../../../shared/jid-parts.ts";
import { Check, KeyRound, Lock, LockOpen, Smartphone } from "lucide-react";
import { useState } from "react";
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator, Text } from "react-aria-components";
import type { Chat } from "../../../shared/model/chat.ts";
import { useText } from "../../i18n/index.ts";
import { setEncryption } from "../../state/chats.ts";
import { useNavigation } from "../../state/navigation.ts";
import { useRoom } from "../../state/rooms/rooms.ts";
import { classNames } from "../../ui/class-names.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import menu from "../../ui/menu/Menu.module.css";
import styles from "./EncryptionButton.module.css";
import { TurnOffDialog } from "./TurnOffDialog.tsx";

/**
 * State of the lock. `stuck`: encrypted, but nobody could read it; `impossible`: plaintext because there are no
 * devices.
 */
type State = "on" | "stuck" | "off" | "impossible";
const stateOf = ({ encryption, canEncrypt }: Chat): State =>
  encryption === "omemo" ? (canEncrypt ? "on" : "stuck") : canEncrypt ? "off" : "impossible";

/** The lock's text in a room, and why encryption cannot be turned on. */
function useRoomWords({ account, jid }: Chat) {
  const t = useText();
  const obstacle = useRoom(account, jid)?.encryption?.obstacle ?? null;
  const why = obstacle === null ? t("room.obstacleUnknown") : t(`room.obstacle-${obstacle}`);
  return {
    labels: {
      on: t("encryption.isOn"),
      stuck: t("room.lockStuck"),
      off: t("encryption.isOff"),
      impossible: t("room.lockImpossible"),
    },
    hints: { on: t("room.onHint"), stuck: why, off: t("room.onHint"), impossible: why },
    devices: t("room.readers"),
  };
}

function useContactWords(name: string) {
  const t = useText();
  const on = t("encryption.onHint", { name });
  return {
    labels: Object.fromEntries(Object.entries(LABELS).map(([state, key]) => [state, t(key, { name })])) as Record<
      State,
      string
    >,
    hints: {
      on,
      stuck: t("encryption.stuckHint", { name }),
      off: on,
      impossible: t("encryption.impossibleHint", { name }),
    },
    devices: t("encryption.devicesOf", { name }),
  };
}

const LABELS = {
  on: "encryption.isOn",
  stuck: "encryption.isStuck",
  off: "encryption.isOff",
  impossible: "encryption.isImpossible",
} as const;

function Choice({
  id,
  label,
  hint,
  isChosen,
  isDisabled = false,
}: {
  id: string;
  label: string;
  hint: string;
  isChosen: boolean;
  isDisabled?: boolean;
}) {
  const Icon = id === "omemo" ? Lock : LockOpen;
  return (
    <MenuItem id={id} textValue={label} isDisabled={isDisabled} className={classNames(menu.item, styles.choice)}>
      <Icon aria-hidden="true" />
      <span className={menu.itemLabel}>
        <Text slot="label">{label}</Text>
        <Text slot="description" className={styles.hint ?? ""}>
          {hint}
        </Text>
      </span>
      {isChosen ? <Check className={menu.check} aria-hidden="true" /> : <span className={styles.noCheck} />}
    </MenuItem>
  );
}

export function EncryptionButton({ chat, name }: { chat: Chat; name: string }) {
  const t = useText();
  const [isAsking, setAsking] = useState(false);
  const state = stateOf(chat);
  const { showDevices, showDialog, openSettings } = useNavigation.getState();
  const isOn = chat.encryption === "omemo";
  const isRoom = chat.kind === "room";
  const [ofRoom, ofContact] = [useRoomWords(chat), useContactWords(name)];
  const words = isRoom ? ofRoom : ofContact;
  const { account, jid } = chat;
  const showKeys = (): void =>
    isRoom && !isFull(jid) ? showDialog({ kind: "readers", account, jid }) : showDevices(chat);

  function choose(encryption: "none" | "omemo"): void {
    if (encryption === chat.encryption) return;
    if (encryption === "omemo") void setEncryption(chat, "omemo");
    else setAsking(true);
  }

  return (
    <>
      <MenuTrigger>
        <span className={styles.lock} data-state={state}>
          <IconButton label={words.labels[state]}>{isOn ? <Lock /> : <LockOpen />}</IconButton>
        </span>
        <Popover className={classNames(menu.popover, styles.popover)} placement="top start" offset={10}>
          <Menu className={menu.menu ?? ""} aria-label={t("encryption.menu")}>
            <MenuSection
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[chat.encryption]}
              onSelectionChange={(keys) => {
                const [key] = keys === "all" ? [] : [...keys];
                if (key === "none" || key === "omemo") choose(key);
              }}
            >
              <Header className={styles.header ?? ""}>{t("encryption.menu")}</Header>
              <Choice
                id="omemo"
                label={t("encryption.on")}
                hint={words.hints[state]}
                isChosen={isOn}
                isDisabled={state === "impossible"}
              />
              <Choice id="none" label={t("encryption.off")} hint={t("encryption.offHint")} isChosen={!isOn} />
            </MenuSection>
            <Separator className={menu.separator ?? ""} />
            <MenuItem className={menu.item ?? ""} textValue={words.devices} onAction={showKeys}>
              <KeyRound aria-hidden="true" />
              <span className={menu.itemLabel}>{words.devices}</span>
            </MenuItem>
            <MenuItem
              className={menu.item ?? ""}
              textValue={t("encryption.ownDevices")}
              onAction={() => openSettings("encryption")}
            >
              <Smartphone aria-hidden="true" />
              <span className={menu.itemLabel}>{t("encryption.ownDevices")}</span>
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      <TurnOffDialog
        isOpen={isAsking}
        title={t("encryption.offTitle", { name })}
        text={t("encryption.offText")}
        onClose={() => setAsking(false)}
        onConfirm={() => void setEncryption(chat, "none")}
      />
    </>
  );
}
