/** The keys of our account: this device's fingerprint and QR code for others to compare, and our other devices. */
import { Copy } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import type { Account } from "../../shared/model/account.ts";
import { useText } from "../i18n/index.ts";
import { loadDevices, useDevices } from "../state/devices.ts";
import { call } from "../state/ipc.ts";
import { Row, Section } from "../ui/Section.tsx";
import { Button } from "../ui/Button.tsx";
import { Skeleton } from "../ui/feedback/Skeleton.tsx";
import { copy } from "../state/act.ts";
import { ByCode } from "./ByCode.tsx";
import { DeviceKey } from "./DeviceKey.tsx";
import { DeviceList } from "./DeviceList.tsx";
import styles from "./Devices.module.css";

const QrCode = lazy(() => import("./QrCode.tsx"));

/** The address of our devices; null until it is loaded, or while there is none. Loaded again when `version` changes. */
function useAddress(account: Account["id"], version: unknown): string | null {
  const [uri, setUri] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    call("device.address", { account }).then(
      (address) => isCurrent && setUri(address.uri),
      () => isCurrent && setUri(null),
    );
    return () => {
      isCurrent = false;
    };
  }, [account, version]);
  return uri;
}

export function OwnDevices({ account }: { account: Account }) {
  const t = useText();
  const { id, jid } = account;
  const { status, devices } = useDevices(id, jid);
  useEffect(() => void loadDevices({ account: id, jid }), [id, jid]);
  const uri = useAddress(id, devices);
  const own = devices.find((one) => one.own);
  const others = devices.filter((one) => !one.own);
  const owner = { account: id, jid };
  return (
    <>
      <Section title={t("encryption.thisDevice")} text={t("encryption.ownText")}>
        <Row stacked>
          {status === "loading" ? (
            <Skeleton width="100%" height="13rem" />
          ) : own?.fingerprint == null ? (
            <p>{t("encryption.noOwnKey")}</p>
          ) : (
            <div className={styles.own}>
              {uri !== null && (
                <Suspense fallback={<Skeleton width="13rem" height="13rem" />}>
                  <QrCode text={uri} label={t("encryption.code", { jid })} />
                </Suspense>
              )}
              <div className={styles.ownWords}>
                <DeviceKey
                  fingerprint={own.fingerprint}
                  label={`${t("encryption.fingerprint")} · ${own.label ?? t("encryption.unnamed", { id: own.id })}`}
                />
                {uri !== null && (
                  <Button
                    icon={<Copy size={16} aria-hidden="true" />}
                    onPress={() => void copy(uri, t("common.copied"))}
                  >
                    {t("encryption.copyAddress")}
                  </Button>
                )}
              </div>
            </div>
          )}
        </Row>
      </Section>
      <Section title={t("encryption.otherDevices")} text={t("encryption.otherDevicesText")}>
        <div className={styles.others}>
          {status === "loading" && <Skeleton width="100%" height="5rem" />}
          {status !== "loading" && others.length === 0 && (
            <p className={styles.note}>{t("encryption.noOtherDevices")}</p>
          )}
          <DeviceList owner={owner} isOurs name={jid} devices={others} />
          {others.length > 0 && <ByCode owner={owner} isOurs name={jid} devices={others} />}
        </div>
      </Section>
    </>
  );
}
