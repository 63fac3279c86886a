/** The parts of an address, one per line. Each is isolated, so that none reverses or hides its neighbours. */
import { Copy } from "lucide-react";
import type { ReactNode } from "react";
import type { DeviceKey } from "../../shared/omemo/device-address.ts";
import { fingerprintGroups } from "../../shared/omemo/fingerprint.ts";
import type { Jid } from "../../shared/jid.ts";
import { copy } from "../state/act.ts";
import { useText } from "../i18n/index.ts";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./UriDialog.module.css";

export const Facts = ({ children }: { children: ReactNode }) => <dl className={styles.facts}>{children}</dl>;

export function Fact({ label, children }: { label: string; children: string }) {
  return (
    <div className={styles.fact}>
      <dt>{label}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}

/** An address that can be copied. */
export function Address({ label, jid }: { label: string; jid: Jid }) {
  const t = useText();
  return (
    <div className={styles.fact}>
      <dt>{label}</dt>
      <dd className={styles.address}>
        <bdi>{jid}</bdi>
        <IconButton size="small" label={t("roster.copyJid")} onPress={() => void copy(jid, t("common.copied"))}>
          <Copy />
        </IconButton>
      </dd>
    </div>
  );
}

/** The key of a device. */
export function Key({ device, fingerprint }: DeviceKey) {
  const t = useText();
  return (
    <div className={styles.fact}>
      <dt>{t("encryption.unnamed", { id: device })}</dt>
      <dd className={styles.key}>{fingerprintGroups(fingerprint).join(" ")}</dd>
    </div>
  );
}

/** Text of several lines, unchanged. */
export function Text({ label, children }: { label: string; children: string }) {
  return (
    <div className={styles.fact}>
      <dt>{label}</dt>
      {/* Overflowing content can be scrolled by keyboard. */}
      <dd className={styles.text} dir="auto" tabIndex={0}>
        {children}
      </dd>
    </div>
  );
}
