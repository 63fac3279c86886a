/** The trust in a device's key, as an icon with text. */
import { Shield, ShieldCheck, ShieldOff, ShieldQuestion } from "lucide-react";
import type { Trust } from "../../shared/model/encryption.ts";
import { useText } from "../i18n/index.ts";
import { classNames } from "../ui/class-names.ts";
import styles from "./Devices.module.css";

const ICONS = { verified: ShieldCheck, trusted: Shield, undecided: ShieldQuestion, distrusted: ShieldOff };

export function TrustChip({ trust }: { trust: Trust }) {
  const t = useText();
  const Icon = ICONS[trust];
  return (
    <span className={classNames(styles.chip, styles[trust])}>
      <Icon aria-hidden="true" />
      {t(`encryption.trust-${trust}`)}
    </span>
  );
}
