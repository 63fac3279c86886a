/** The dialog with the devices and keys of a contact. */
import { KeyRound } from "lucide-react";
import { useEffect } from "react";
import type { ChatKey } from "../../shared/model/primitives.ts";
import { useName } from "../state/names.ts";
import { useText } from "../i18n/index.ts";
import { useAccount } from "../state/accounts/accounts.ts";
import { loadDevices, useDevices } from "../state/devices.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Skeleton } from "../ui/feedback/Skeleton.tsx";
import { ByCode } from "./ByCode.tsx";
import { DeviceList } from "./DeviceList.tsx";
import styles from "./Devices.module.css";

export default function DevicesDialog({ owner, onClose }: { owner: ChatKey; onClose(): void }) {
  const t = useText();
  const { account, jid } = owner;
  const name = useName(account, jid);
  const isOurs = useAccount(account)?.jid === jid;
  const { status, error, devices } = useDevices(account, jid);
  useEffect(() => void loadDevices({ account, jid }), [account, jid]);
  const others = devices.filter((one) => !one.own);
  return (
    <Dialog isOpen onClose={onClose} size="medium" icon={<KeyRound />} title={t("encryption.devicesTitle", { name })}>
      <p className={styles.note}>{t("encryption.devicesText", { name })}</p>
      {status === "loading" && (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton width="100%" height="9rem" />
        </div>
      )}
      {status === "failed" && (
        <Callout
          tone="danger"
          title={t("encryption.loadFailed")}
          actions={
            <Button size="small" onPress={() => void loadDevices(owner)}>
              {t("common.tryAgain")}
            </Button>
          }
        >
          {t(`error.${error ?? "internal"}`)}
        </Callout>
      )}
      {status === "ready" && others.length === 0 && <Callout>{t("encryption.noDevices", { name })}</Callout>}
      <DeviceList owner={owner} isOurs={isOurs} name={name} devices={others} />
      {others.length > 0 && <ByCode owner={owner} isOurs={isOurs} name={name} devices={others} />}
    </Dialog>
  );
}
