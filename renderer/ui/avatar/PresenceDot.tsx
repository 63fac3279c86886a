/** Presence as a small icon. Shape differs as well as colour, for people who cannot distinguish the colours. */
import type { Show } from "../../../shared/model/presence.ts";
import { classNames } from "../class-names.ts";
import styles from "./PresenceDot.module.css";

export interface PresenceDotProps {
  show: Show;
  size?: "medium" | "large";
}

export function PresenceDot({ show, size = "medium" }: PresenceDotProps) {
  return <span className={classNames(styles.dot, styles[show], size === "large" && styles.large)} aria-hidden="true" />;
}
