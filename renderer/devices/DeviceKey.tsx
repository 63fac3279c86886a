/** The fingerprint of a device in eight groups of eight, with a button to copy it. */
import { Copy } from "lucide-react";
import { fingerprintGroups, fingerprintText } from "../../shared/omemo/fingerprint.ts";
import { useText } from "../i18n/index.ts";
import { Fingerprint } from "../ui/Fingerprint.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { copy } from "../state/act.ts";
import styles from "./Devices.module.css";

export function DeviceKey({ fingerprint, label }: { fingerprint: string; label?: string }) {
  const t = useText();
  return (
    <div className={styles.key}>
      <Fingerprint label={label ?? t("encryption.fingerprint")} value={fingerprint} groups={fingerprintGroups} />
      <IconButton
        size="small"
        label={t("encryption.copyFingerprint")}
        onPress={() => void copy(fingerprintText(fingerprint), t("common.copied"))}
      >
        <Copy />
      </IconButton>
    </div>
  );
}
