/** A button with only an icon. Its label is both its accessible name and its tooltip. */
import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import { classNames } from "./class-names.ts";
import styles from "./IconButton.module.css";
import { Tooltip } from "./feedback/Tooltip.tsx";

export interface IconButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children" | "aria-label"> {
  label: string;
  /** Shown after the label in the tooltip, e.g. `Ctrl+K`. */
  shortcut?: string;
  size?: "small" | "medium";
  /** Stays marked, for a button that opens a panel. */
  isActive?: boolean;
  children: ReactNode;
}

export function IconButton({ label, shortcut, size = "medium", isActive = false, children, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={shortcut === undefined ? label : `${label} (${shortcut})`}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={classNames(styles.button, styles[size], isActive && styles.active)}
      >
        {children}
      </AriaButton>
    </Tooltip>
  );
}
