/** The shield next to an occupant's name. The line's label contains its meaning. */
import { Shield, ShieldAlert, ShieldCheck, ShieldOff, ShieldQuestion } from "lucide-react";
import styles from "./KeysMark.module.css";
import type { MemberKeys } from "./member-keys.ts";

const ICONS = {
  changed: ShieldAlert,
  undecided: ShieldQuestion,
  none: ShieldOff,
  verified: ShieldCheck,
  some: Shield,
  unverified: Shield,
};

export function KeysMark({ keys }: { keys: MemberKeys }) {
  const Icon = ICONS[keys];
  return <Icon className={styles.mark} data-keys={keys} aria-hidden="true" />;
}
