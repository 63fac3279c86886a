/** Asks the system for files, when a button says so: `input.current.click()`. */
import type { RefObject } from "react";
import styles from "./FileInput.module.css";

interface FileInputProps {
  input: RefObject<HTMLInputElement | null>;
  label: string;
  /** Media types; without them all files. */
  accept?: string;
  isMultiple?: boolean;
  /** @param files at least one */
  onChosen(files: [File, ...File[]]): void;
}

export function FileInput({ input, label, accept, isMultiple = false, onChosen }: FileInputProps) {
  return (
    <input
      ref={input}
      className={styles.file}
      type="file"
      accept={accept}
      multiple={isMultiple}
      tabIndex={-1}
      aria-label={label}
      onChange={(event) => {
        const [first, ...more] = event.target.files ?? [];
        // Allows choosing the same file again.
        event.target.value = "";
        if (first !== undefined) onChosen([first, ...more]);
      }}
    />
  );
}
