/** A button with words. `primary` once a view at most, `danger` for what cannot be taken back. */
import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import styles from "./Button.module.css";
import { classNames } from "./class-names.ts";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  variant?: "primary" | "secondary" | "quiet" | "danger" | "danger-quiet";
  size?: "small" | "medium" | "large";
  /** Fills the width it is given. */
  wide?: boolean;
  icon?: ReactNode;
  children: ReactNode;
}

export function Button({ variant = "secondary", size = "medium", wide = false, icon, children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={classNames(styles.button, styles[variant], styles[size], wide && styles.wide)}>
      {rest.isPending === true ? <span className={styles.pending} aria-hidden="true" /> : icon}
      <span className={styles.label}>{children}</span>
    </AriaButton>
  );
}
