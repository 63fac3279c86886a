/** An entry of a menu. `Menu.module.css` styles all menus. */
import type { ReactNode } from "react";

export interface MenuEntry {
  id: string;
  label: string;
  icon?: ReactNode;
  tone?: "neutral" | "danger";
  isDisabled?: boolean;
  /** A line above this entry. */
  startsGroup?: boolean;
  run(): void;
}
