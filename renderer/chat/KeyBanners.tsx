/** Banners above the messages: decisions about the contact's devices. */
import { ShieldAlert, ShieldQuestion } from "lucide-react";
import { useEffect } from "react";
import type { Chat } from "../../shared/model/chat.ts";
import { useText } from "../i18n/index.ts";
import { loadDevices, useDevices } from "../state/devices.ts";
import { useNavigation } from "../state/navigation.ts";
import { Banners } from "../conversation/Regions.tsx";
import { Banner } from "../ui/feedback/Banner.tsx";
import { Button } from "../ui/Button.tsx";

export function KeyBanners({ chat, name }: { chat: Chat; name: string }) {
  const t = useText();
  const { account, jid, undecided } = chat;
  const concernsKeys = chat.canEncrypt || chat.encryption === "omemo";
  const { devices } = useDevices(account, jid);
  useEffect(() => {
    if (concernsKeys) void loadDevices({ account, jid });
  }, [concernsKeys, account, jid]);
  const isAlarm = devices.some((one) => one.changedFingerprint !== null);
  const show = (): void => useNavigation.getState().showDevices({ account, jid });
  return (
    <Banners>
      {isAlarm && (
        <Banner
          tone="danger"
          icon={<ShieldAlert />}
          title={t("encryption.keyChanged", { name })}
          actions={
            <Button size="small" onPress={show}>
              {t("encryption.look")}
            </Button>
          }
        >
          {t("encryption.keyChangedText", { name })}
        </Banner>
      )}
      {undecided > 0 && (
        <Banner
          tone="warning"
          icon={<ShieldQuestion />}
          title={t("encryption.newDevice", { name, count: undecided })}
          actions={
            <Button size="small" onPress={show}>
              {t("encryption.decide")}
            </Button>
          }
        >
          {t("encryption.newDeviceText", { name })}
        </Banner>
      )}
    </Banners>
  );
}
