/** A button with text. `primary` at most once per view, `danger` for actions that cannot be undone. */
import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import styles from "./Button.module.css";
import { classNames } from "./class-names.ts";
import { useFocusAtFirst } from "./focus-at-first.ts";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  variant?: "primary" | "secondary" | "quiet" | "danger" | "danger-quiet";
  size?: "small" | "medium" | "large";
  /** Fills the given width. */
  wide?: boolean;
  icon?: ReactNode;
  children: ReactNode;
}

export function Button({
  variant = "secondary",
  size = "medium",
  wide = false,
  icon,
  children,
  autoFocus = false,
  ...rest
}: ButtonProps) {
  const ref = useFocusAtFirst<HTMLButtonElement>(autoFocus);
  return (
    <AriaButton
      {...rest}
      ref={ref}
      className={classNames(styles.button, styles[variant], styles[size], wide && styles.wide)}
    >
      {rest.isPending === true ? <span className={styles.pending} aria-hidden="true" /> : icon}
      <span className={styles.label}>{children}</span>
    </AriaButton>
  );
}
