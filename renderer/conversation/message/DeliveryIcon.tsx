/** The delivery state of our message, as an icon. The message's label contains the text for screen readers. */
import { Check, CheckCheck, CircleAlert, Clock } from "lucide-react";
import type { Delivery } from "../../../shared/model/message.ts";
import { classNames } from "../../ui/class-names.ts";
import styles from "./DeliveryIcon.module.css";

const ICONS = { pending: Clock, sent: Check, delivered: CheckCheck, read: Check, failed: CircleAlert };

export function DeliveryIcon({ delivery }: { delivery: Delivery }) {
  const Icon = ICONS[delivery];
  return <Icon className={classNames(styles.icon, styles[delivery])} aria-hidden="true" data-delivery={delivery} />;
}
