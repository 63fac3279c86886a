/** A menu at the position of a right click, or at a row for the keyboard. */
import { useRef } from "react";
import { Menu as AriaMenu, MenuItem, Popover, Separator } from "react-aria-components";
import { classNames } from "../class-names.ts";
import type { MenuEntry } from "./menu-entry.ts";
import menu from "./Menu.module.css";
import styles from "./ContextMenu.module.css";

export interface ContextMenuProps {
  label: string;
  entries: readonly MenuEntry[];
  /** Position in the window, CSS pixels. */
  x: number;
  y: number;
  onClose(): void;
}

export function ContextMenu({ label, entries, x, y, onClose }: ContextMenuProps) {
  const place = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span ref={place} className={styles.place} style={{ left: x, top: y }} />
      <Popover
        aria-label={label}
        className={menu.popover ?? ""}
        isOpen
        onOpenChange={(isOpen) => {
          if (!isOpen) onClose();
        }}
        triggerRef={place}
        placement="bottom start"
        offset={2}
      >
        <AriaMenu
          autoFocus
          aria-label={label}
          className={menu.menu ?? ""}
          onClose={onClose}
          onAction={(id) => entries.find((entry) => entry.id === id)?.run()}
        >
          {entries.flatMap((entry) => [
            ...(entry.startsGroup === true
              ? [<Separator key={`${entry.id}-line`} className={menu.separator ?? ""} />]
              : []),
            <MenuItem
              key={entry.id}
              id={entry.id}
              textValue={entry.label}
              className={classNames(menu.item, entry.tone === "danger" && menu.danger)}
            >
              {entry.icon}
              <span className={menu.itemLabel}>{entry.label}</span>
            </MenuItem>,
          ])}
        </AriaMenu>
      </Popover>
    </>
  );
}
