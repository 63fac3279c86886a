/** Above the composer while our message is being corrected. */
import { Pencil, X } from "lucide-react";
import type { Edit } from "../../state/messages/editing.ts";
import { useText } from "../../i18n/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import styles from "./EditBar.module.css";

export function EditBar({ edit, onCancel }: { edit: Edit; onCancel(): void }) {
  const t = useText();
  return (
    <div className={styles.bar} role="status">
      <Pencil aria-hidden="true" />
      <span className={styles.words}>
        <strong>{t("chat.editing")}</strong>
        <bdi className={styles.was}>{edit.message.body.slice(0, 200)}</bdi>
      </span>
      <IconButton size="small" label={t("chat.cancelEdit")} shortcut="Esc" onPress={onCancel}>
        <X />
      </IconButton>
    </div>
  );
}
