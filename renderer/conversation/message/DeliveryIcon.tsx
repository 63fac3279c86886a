/** How far a message of ours has come, as a sign. Words for readers stand in the label of the message. */
import { Check, CheckCheck, CircleAlert, Clock } from "lucide-react";
import type { Delivery } from "../../../shared/model/message.ts";
import { classNames } from "../../ui/class-names.ts";
import styles from "./DeliveryIcon.module.css";

const ICONS = { pending: Clock, sent: Check, delivered: CheckCheck, read: Check, failed: CircleAlert };

export function DeliveryIcon({ delivery }: { delivery: Delivery }) {
  const Icon = ICONS[delivery];
  return <Icon className={classNames(styles.icon, styles[delivery])} aria-hidden="true" data-delivery={delivery} />;
}
