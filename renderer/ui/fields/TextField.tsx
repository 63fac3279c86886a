/** One or several lines of text, with label, hint and error. */
import type { ReactNode } from "react";
import {
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from "react-aria-components";
import styles from "./Field.module.css";
import { classNames } from "../class-names.ts";

export interface TextFieldProps extends Omit<AriaTextFieldProps, "className" | "style" | "children"> {
  label: string;
  /** The label is announced but not shown. */
  hideLabel?: boolean;
  hint?: string | undefined;
  /** A sentence; the field is marked as invalid. */
  error?: string | null | undefined;
  placeholder?: string | undefined;
  /** More than 1 makes it a text area. */
  rows?: number;
  mono?: boolean;
  /** Inside the box, after the text. */
  end?: ReactNode;
}

export function TextField({
  label,
  hideLabel = false,
  hint,
  error,
  placeholder,
  rows = 1,
  mono = false,
  end,
  ...rest
}: TextFieldProps) {
  const input = classNames(styles.input, mono && styles.mono);
  return (
    <AriaTextField {...rest} className={styles.field ?? ""} isInvalid={Boolean(error)} validationBehavior="aria">
      <Label className={classNames(styles.label, hideLabel && styles.hidden)}>{label}</Label>
      <span className={styles.box}>
        {rows > 1 ? (
          <TextArea className={input} placeholder={placeholder ?? ""} rows={rows} />
        ) : (
          <Input className={input} placeholder={placeholder ?? ""} />
        )}
        {end}
      </span>
      {error ? (
        <FieldError className={styles.error ?? ""}>{error}</FieldError>
      ) : (
        hint !== undefined && (
          <Text slot="description" className={styles.hint ?? ""}>
            {hint}
          </Text>
        )
      )}
    </AriaTextField>
  );
}
