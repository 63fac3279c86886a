/** A known device has a new key: never accepted silently, only after the user confirms twice. */
import { ShieldAlert } from "lucide-react";
import { useState } from "react";
import type { Device } from "../../shared/model/encryption.ts";
import type { ChatKey } from "../../shared/model/primitives.ts";
import { fingerprintGroups } from "../../shared/omemo/fingerprint.ts";
import { useText } from "../i18n/index.ts";
import { acceptKey } from "../state/devices.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Fingerprint } from "../ui/Fingerprint.tsx";
import { useAct } from "../state/act.ts";
import styles from "./Devices.module.css";

export interface KeyAlarmProps {
  owner: ChatKey;
  /** The owner is this account itself. */
  isOurs: boolean;
  name: string;
  device: Device;
  changed: string;
}

export function KeyAlarm({ owner, isOurs, name, device, changed }: KeyAlarmProps) {
  const t = useText();
  const { isBusy, act } = useAct();
  const [isAsking, setAsking] = useState(false);
  const newKey = (
    <Fingerprint
      label={t("encryption.newKey")}
      value={changed}
      groups={fingerprintGroups}
      {...(device.fingerprint === null ? {} : { compareWith: device.fingerprint })}
    />
  );

  async function accept(): Promise<void> {
    if (await act(() => acceptKey({ ...owner, device: device.id, fingerprint: changed }), t("encryption.accepted")))
      setAsking(false);
  }

  return (
    <>
      <Callout tone="danger" isAlert title={t("encryption.alarmTitle")}>
        {t("encryption.alarmText", { name })}
      </Callout>
      {device.fingerprint !== null && (
        <Fingerprint label={t("encryption.oldKey")} value={device.fingerprint} groups={fingerprintGroups} muted />
      )}
      {newKey}
      <div className={styles.actions}>
        <Button size="small" onPress={() => setAsking(true)}>
          {t("encryption.accept")}
        </Button>
      </div>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        role="alertdialog"
        size="medium"
        tone="danger"
        icon={<ShieldAlert />}
        title={isOurs ? t("encryption.acceptOwnTitle") : t("encryption.acceptTitle", { name })}
        actions={
          <>
            <Button variant="danger-quiet" isPending={isBusy} onPress={() => void accept()}>
              {t("encryption.acceptConfirm")}
            </Button>
            <Button variant="primary" autoFocus onPress={() => setAsking(false)}>
              {t("common.cancel")}
            </Button>
          </>
        }
      >
        <p>{isOurs ? t("encryption.acceptOwnText") : t("encryption.acceptText", { name })}</p>
        {newKey}
      </Dialog>
    </>
  );
}
