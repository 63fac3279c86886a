/** The name of a contact; the pencil turns it into a field. Enter saves, Escape cancels. */
import { Pencil } from "lucide-react";
import { useRef, useState } from "react";
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { useText } from "../i18n/index.ts";
import { call } from "../state/ipc.ts";
import { attempt } from "../state/act.ts";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./ContactDetails.module.css";

export interface EditableNameProps {
  account: AccountId;
  jid: BareJid;
  name: string;
  canRename: boolean;
}

export function EditableName({ account, jid, name, canRename }: EditableNameProps) {
  const t = useText();
  const [edited, setEdited] = useState<string | null>(null);
  // Escape ends editing, and the blur that follows must not save the text.
  const isCancelled = useRef(false);

  async function keep(): Promise<void> {
    const text = edited?.trim() ?? null;
    setEdited(null);
    if (text === null || text === name || isCancelled.current) return;
    await attempt(call("roster.rename", { account, jid, name: text }));
  }

  if (edited === null) {
    return (
      <div className={styles.name}>
        <h2>
          <bdi>{name}</bdi>
        </h2>
        {canRename && (
          <IconButton
            size="small"
            label={t("roster.rename")}
            onPress={() => {
              isCancelled.current = false;
              setEdited(name);
            }}
          >
            <Pencil />
          </IconButton>
        )}
      </div>
    );
  }
  return (
    <div className={styles.name}>
      <input
        className={styles.nameInput}
        value={edited}
        maxLength={256}
        autoFocus
        aria-label={t("roster.name")}
        placeholder={t("roster.renamePlaceholder")}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setEdited(event.target.value)}
        onBlur={() => void keep()}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") isCancelled.current = true;
          if (event.key !== "Enter" && event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.blur();
        }}
      />
    </div>
  );
}
