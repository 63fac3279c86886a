/** The contents of an opened backup, and the choice whether to take over its device. */
import { useState } from "react";
import type { CommandInput, CommandResult } from "../../shared/ipc/index.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { RadioCards } from "../ui/fields/RadioCards.tsx";
import styles from "./Backup.module.css";

export type Takeover = CommandInput<"backup.import">["omemo"];

interface BackupContentsProps {
  inside: CommandResult<"backup.inspect">;
  onCancel(): void;
  onRestore(omemo: Takeover): void;
}

export function BackupContents({ inside, onCancel, onRestore }: BackupContentsProps) {
  const t = useText();
  const { dateTime, number } = useFormats();
  // The harmless choice comes first; a takeover is for users who know that the old device is gone.
  const [omemo, setOmemo] = useState<Takeover>("leave-out");
  const { jid, createdAt, counts, isHere } = inside;
  return (
    <div className={styles.form}>
      <dl className={styles.facts}>
        <dt>{t("backup.of")}</dt>
        <dd>{jid}</dd>
        <dt>{t("backup.from")}</dt>
        <dd>{dateTime(createdAt)}</dd>
        <dt>{t("backup.messages")}</dt>
        <dd>{number(counts.messages)}</dd>
      </dl>
      {isHere && <Callout>{t("backup.isHere")}</Callout>}
      {inside.omemo ? (
        <>
          <RadioCards<Takeover>
            label={t("backup.devices")}
            layout="list"
            value={omemo}
            onChange={setOmemo}
            cards={[
              { id: "leave-out", label: t("backup.omemo-leave-out") },
              { id: "take-over", label: t("backup.omemo-take-over") },
            ]}
          />
          <Callout tone={omemo === "take-over" ? "warning" : "neutral"}>
            {t(omemo === "take-over" ? "backup.takeOverText" : "backup.leaveOutText")}
          </Callout>
        </>
      ) : (
        <p className={styles.muted}>{t("backup.noKeys")}</p>
      )}
      <div className={styles.buttons}>
        <Button onPress={onCancel}>{t("common.back")}</Button>
        <Button variant="primary" onPress={() => onRestore(omemo)}>
          {t("backup.begin")}
        </Button>
      </div>
    </div>
  );
}
