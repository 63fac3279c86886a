/**
 * Banners about the encryption of a room: it is no longer possible, members cannot read, or devices need a decision.
 */
import { LockOpen, ShieldAlert, ShieldOff, ShieldQuestion } from "lucide-react";
import { useState } from "react";
import type { BareJid } from "../../shared/jid.ts";
import type { Chat } from "../../shared/model/chat.ts";
import type { Room } from "../../shared/model/room.ts";
import { TurnOffDialog } from "../conversation/composer/TurnOffDialog.tsx";
import { nameOf } from "../state/names.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { setEncryption } from "../state/chats.ts";
import { useContacts } from "../state/contacts/contacts.ts";
import { chatId } from "../state/chat-id.ts";
import { useNavigation } from "../state/navigation.ts";
import { Banners } from "../conversation/Regions.tsx";
import { Banner } from "../ui/feedback/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { isolated } from "../ui/nickname.ts";

/** Maximum number of names; the others are counted. */
const NAMED = 3;

export function RoomKeyBanners({ chat, room, name }: { chat: Chat; room: Room; name: string }) {
  const t = useText();
  const formats = useFormats();
  const [isAsking, setAsking] = useState(false);
  const { account, jid, encryption } = room;
  const isOn = chat.encryption === "omemo";
  // Names may change, while the map stays the same object.
  useContacts((state) => state.revision);
  const named = (people: readonly BareJid[], count = people.length): string => {
    const shown = people
      .slice(0, NAMED)
      .map((one) => isolated(nameOf(useContacts.getState().byId.get(chatId({ account, jid: one })), one)));
    return formats.list(
      count > shown.length ? [...shown, t("room.andOthers", { count: count - shown.length })] : shown,
    );
  };
  const { obstacle = null, without = [], withoutCount = 0, undecided = [], changed = [] } = encryption ?? {};
  const show = (): void => useNavigation.getState().showDialog({ kind: "readers", account, jid });
  return (
    <Banners>
      {isOn && obstacle !== null && obstacle !== "alone" && (
        <Banner
          tone="danger"
          icon={<LockOpen />}
          title={t("room.stuckTitle")}
          actions={
            <Button size="small" onPress={() => setAsking(true)}>
              {t("room.turnOff")}
            </Button>
          }
        >
          {t(`room.obstacle-${obstacle}`)} {t("room.stuckText")}
        </Banner>
      )}
      {isOn && obstacle === null && changed.length > 0 && (
        <Banner
          tone="danger"
          icon={<ShieldAlert />}
          title={t("encryption.keyChanged", { name: named(changed) })}
          actions={
            <Button size="small" onPress={show}>
              {t("encryption.look")}
            </Button>
          }
        >
          {t("encryption.keyChangedText", { name: named(changed) })}
        </Banner>
      )}
      {isOn && obstacle === null && undecided.length > 0 && (
        <Banner
          tone="warning"
          icon={<ShieldQuestion />}
          title={t("room.newDevices", { names: named(undecided) })}
          actions={
            <Button size="small" onPress={show}>
              {t("encryption.decide")}
            </Button>
          }
        >
          {t("room.newDevicesText")}
        </Banner>
      )}
      {isOn && obstacle === null && withoutCount > 0 && (
        <Banner
          tone="warning"
          icon={<ShieldOff />}
          title={t("room.cannotRead", { names: named(without, withoutCount), count: withoutCount })}
          actions={
            <Button size="small" onPress={show}>
              {t("encryption.look")}
            </Button>
          }
        >
          {t("room.cannotReadText")}
        </Banner>
      )}
      <TurnOffDialog
        isOpen={isAsking}
        title={t("encryption.offTitle", { name })}
        text={t("encryption.offText")}
        onClose={() => setAsking(false)}
        onConfirm={() => void setEncryption(chat, "none")}
      />
    </Banners>
  );
}
