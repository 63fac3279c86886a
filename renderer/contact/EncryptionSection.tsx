/**
 * The number of a contact's devices that can read encrypted messages and that are verified, and a button for their
 * keys.
 */
import { KeyRound } from "lucide-react";
import { useEffect } from "react";
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { useText } from "../i18n/index.ts";
import { loadDevices, useDevices } from "../state/devices.ts";
import { useNavigation } from "../state/navigation.ts";
import { Button } from "../ui/Button.tsx";
import { Skeleton } from "../ui/feedback/Skeleton.tsx";
import styles from "./ContactDetails.module.css";

export function EncryptionSection({ account, jid, name }: { account: AccountId; jid: BareJid; name: string }) {
  const t = useText();
  const { status, devices } = useDevices(account, jid);
  useEffect(() => void loadDevices({ account, jid }), [account, jid]);
  const active = devices.filter((one) => one.active);
  const verified = active.filter((one) => one.trust === "verified").length;
  const summary =
    active.length === 0
      ? t(status === "failed" ? "encryption.loadFailed" : "encryption.noDevices", { name })
      : [
          t("encryption.deviceCount", { count: active.length }),
          t("encryption.verifiedCount", { number: verified }),
        ].join(", ");
  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{t("encryption.title")}</h3>
      {status === "loading" ? <Skeleton width="60%" height="1.25rem" /> : <p className={styles.text}>{summary}</p>}
      {devices.length > 0 && (
        <div className={styles.actions}>
          <Button
            size="small"
            icon={<KeyRound size={16} aria-hidden="true" />}
            onPress={() => useNavigation.getState().showDevices({ account, jid })}
          >
            {t("encryption.openDevices")}
          </Button>
        </div>
      )}
    </section>
  );
}
