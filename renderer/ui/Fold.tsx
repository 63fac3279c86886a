/** Content for few users, folded under one line. */
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Disclosure, DisclosurePanel } from "react-aria-components";
import styles from "./Fold.module.css";

export interface FoldProps {
  label: string;
  isOpen: boolean;
  onToggle(isOpen: boolean): void;
  children: ReactNode;
}

export function Fold({ label, isOpen, onToggle, children }: FoldProps) {
  return (
    <Disclosure className={styles.fold ?? ""} isExpanded={isOpen} onExpandedChange={onToggle}>
      <Button slot="trigger" className={styles.unfold ?? ""}>
        <ChevronRight aria-hidden="true" />
        {label}
      </Button>
      <DisclosurePanel className={styles.panel ?? ""}>{children}</DisclosurePanel>
    </Disclosure>
  );
}
