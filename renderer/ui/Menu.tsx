/** A menu that opens from a button. */
import type { ReactElement, ReactNode } from "react";
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, Separator, type PopoverProps } from "react-aria-components";
import styles from "./Menu.module.css";
import { classNames } from "./class-names.ts";

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

export interface MenuProps {
  /** Read as the name of the menu. */
  label: string;
  entries: readonly MenuEntry[];
  placement?: PopoverProps["placement"];
  /** The button: one pressable control. */
  children: ReactElement;
}

export function Menu({ label, entries, placement = "bottom end", children }: MenuProps) {
  return (
    <MenuTrigger>
      {children}
      <Popover className={styles.popover ?? ""} placement={placement} offset={4}>
        <AriaMenu
          aria-label={label}
          className={styles.menu ?? ""}
          onAction={(id) => entries.find((entry) => entry.id === id)?.run()}
          disabledKeys={entries.filter((entry) => entry.isDisabled === true).map((entry) => entry.id)}
        >
          {entries.flatMap((entry) => [
            ...(entry.startsGroup === true ? [<Separator key={`${entry.id}-line`} className={styles.separator ?? ""} />] : []),
            <MenuItem
              key={entry.id}
              id={entry.id}
              textValue={entry.label}
              className={classNames(styles.item, entry.tone === "danger" && styles.danger)}
            >
              {entry.icon}
              <span className={styles.itemLabel}>{entry.label}</span>
            </MenuItem>,
          ])}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
