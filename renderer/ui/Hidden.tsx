/** Text for screen readers only. */
import type { ReactNode } from "react";
import field from "./fields/Field.module.css";

export interface HiddenProps {
  as?: "span" | "h1" | "h2";
  children: ReactNode;
}

export function Hidden({ as: Element = "span", children }: HiddenProps) {
  return <Element className={field.hidden}>{children}</Element>;
}
