/** One of a few visible choices. */
import type { ReactNode } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components";
import field from "./Field.module.css";
import { classNames } from "../class-names.ts";
import styles from "./RadioCards.module.css";

export interface RadioCard<Id extends string> {
  id: Id;
  label: string;
  icon?: ReactNode;
}

export interface RadioCardsProps<Id extends string> {
  label: string;
  hideLabel?: boolean;
  cards: readonly RadioCard<Id>[];
  value: Id;
  /** `list` stacks them, `row` puts them side by side. */
  layout?: "row" | "list";
  onChange(id: Id): void;
}

export function RadioCards<Id extends string>({
  label,
  hideLabel = false,
  cards,
  value,
  layout = "row",
  onChange,
}: RadioCardsProps<Id>) {
  return (
    <RadioGroup className={field.field ?? ""} value={value} onChange={(id) => onChange(id as Id)}>
      <Label className={classNames(field.label, hideLabel && field.hidden)}>{label}</Label>
      <div className={classNames(styles.cards, styles[layout])}>
        {cards.map((card) => (
          <Radio key={card.id} value={card.id} className={styles.card ?? ""}>
            {card.icon}
            <span className={styles.label}>{card.label}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
