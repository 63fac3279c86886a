/** One of a few choices, in a drop-down list. */
import { Check, ChevronsUpDown } from "lucide-react";
import { Button, Label, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue } from "react-aria-components";
import field from "./Field.module.css";
import { classNames } from "../class-names.ts";
import styles from "../menu/Menu.module.css";

export interface Choice<Id extends string> {
  id: Id;
  label: string;
}

export interface SelectProps<Id extends string> {
  label: string;
  hideLabel?: boolean;
  choices: readonly Choice<Id>[];
  value: Id;
  isDisabled?: boolean;
  onChange(id: Id): void;
}

export function Select<Id extends string>({
  label,
  hideLabel = false,
  choices,
  value,
  isDisabled = false,
  onChange,
}: SelectProps<Id>) {
  return (
    <AriaSelect
      className={field.field ?? ""}
      value={value}
      isDisabled={isDisabled}
      onChange={(key) => {
        const chosen = choices.find((choice) => choice.id === key);
        if (chosen !== undefined) onChange(chosen.id);
      }}
    >
      <Label className={classNames(field.label, hideLabel && field.hidden)}>{label}</Label>
      <Button className={styles.select ?? ""}>
        <SelectValue />
        <ChevronsUpDown aria-hidden="true" />
      </Button>
      <Popover className={styles.popover ?? ""} offset={4}>
        <ListBox className={styles.menu ?? ""} items={choices}>
          {(choice) => (
            <ListBoxItem id={choice.id} textValue={choice.label} className={styles.item ?? ""}>
              {({ isSelected }) => (
                <>
                  <span className={styles.itemLabel}>{choice.label}</span>
                  {isSelected && <Check className={styles.check} aria-hidden="true" />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
