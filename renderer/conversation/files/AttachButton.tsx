/** Chooses files for the next message. */
import { Paperclip } from "lucide-react";
import { useRef } from "react";
import { useText } from "../../i18n/index.ts";
import { FileInput } from "../../ui/fields/FileInput.tsx";
import { IconButton } from "../../ui/IconButton.tsx";

export function AttachButton({ isDisabled, onChosen }: { isDisabled: boolean; onChosen(files: File[]): void }) {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <FileInput input={input} label={t("files.choose")} isMultiple onChosen={onChosen} />
      <IconButton label={t("files.attach")} isDisabled={isDisabled} onPress={() => input.current?.click()}>
        <Paperclip />
      </IconButton>
    </>
  );
}
