/** What copies of files take on this computer, and rules to remove them. */
import { useCallback, useEffect, useState } from "react";
import type { CommandResult } from "../../shared/ipc/index.ts";
import type { ChatKey } from "../../shared/model/primitives.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { logged } from "../log.ts";
import { useAct } from "../state/act.ts";
import { call } from "../state/ipc.ts";
import { useName } from "../state/names.ts";
import { changeSettings, useSettings } from "../state/settings.ts";
import { showToast } from "../state/toasts.ts";
import { Button } from "../ui/Button.tsx";
import { Switch } from "../ui/fields/Switch.tsx";
import { Select } from "../ui/fields/Select.tsx";
import { Row, Section } from "../ui/Section.tsx";
import styles from "./KeptFiles.module.css";

type Usage = CommandResult<"media.usage">["chats"];

const DAYS = [0, 30, 90, 365] as const;
/** Megabytes. */
const LARGEST = [0, 25, 100, 1000] as const;
/** Chats that are shown; the others take little. */
const SHOWN = 8;

export function KeptFiles() {
  const t = useText();
  const formats = useFormats();
  const { keepFilesDays, keepFilesLargest, keepFilesStarred } = useSettings((state) => state.settings);
  const [usage, setUsage] = useState<Usage | null>(null);
  const load = useCallback(
    () => call("media.usage", {}).then(({ chats }) => setUsage(chats), logged("the use of the disk is not known")),
    [],
  );
  useEffect(() => void load(), [load, keepFilesDays, keepFilesLargest]);
  const { isBusy, act } = useAct();
  const release = (chat: ChatKey | null) =>
    act(async () => {
      const { files } = await call("media.release", { chat });
      showToast({ tone: "success", text: t("settings.filesRemoved", { count: files }) });
      await load();
    });
  const bytes = (usage ?? []).reduce((sum, one) => sum + one.bytes, 0);
  const files = (usage ?? []).reduce((sum, one) => sum + one.files, 0);
  return (
    <Section title={t("settings.keptFiles")} text={t("settings.keptFilesText")}>
      <Row label={t("settings.removeOlder")}>
        <Select
          label={t("settings.removeOlder")}
          hideLabel
          value={String(keepFilesDays)}
          onChange={(value) => void changeSettings({ keepFilesDays: DAYS.find((one) => String(one) === value)! })}
          choices={DAYS.map((days) => ({
            id: String(days),
            label: days === 0 ? t("settings.removeNever") : t("settings.removeDays", { count: days }),
          }))}
        />
      </Row>
      <Row label={t("settings.removeLarger")}>
        <Select
          label={t("settings.removeLarger")}
          hideLabel
          value={String(keepFilesLargest)}
          onChange={(value) => void changeSettings({ keepFilesLargest: LARGEST.find((one) => String(one) === value)! })}
          choices={LARGEST.map((size) => ({
            id: String(size),
            label: size === 0 ? t("settings.removeNone") : formats.bytes(size * 1_000_000),
          }))}
        />
      </Row>
      {(keepFilesDays !== 0 || keepFilesLargest !== 0) && (
        <Row>
          <Switch
            label={t("settings.keepStarred")}
            isSelected={keepFilesStarred}
            onChange={(on) => void changeSettings({ keepFilesStarred: on })}
          />
        </Row>
      )}
      <Row
        label={
          usage === null ? t("common.loading") : t("settings.filesUse", { count: files, size: formats.bytes(bytes) })
        }
      >
        <Button size="small" isPending={isBusy} isDisabled={files === 0} onPress={() => void release(null)}>
          {t("settings.removeAll")}
        </Button>
      </Row>
      {(usage ?? []).slice(0, SHOWN).map((one) => (
        <ChatUse
          key={`${one.account} ${one.jid}`}
          use={one}
          isBusy={isBusy}
          onRemove={() => void release({ account: one.account, jid: one.jid })}
        />
      ))}
    </Section>
  );
}

function ChatUse({ use, isBusy, onRemove }: { use: Usage[number]; isBusy: boolean; onRemove(): void }) {
  const t = useText();
  const formats = useFormats();
  const name = useName(use.account, use.jid);
  return (
    <div className={styles.chat}>
      <span className={styles.words}>
        <bdi className={styles.name}>{name}</bdi>
        <span className={styles.size}>
          {t("settings.filesUse", { count: use.files, size: formats.bytes(use.bytes) })}
        </span>
      </span>
      <Button
        size="small"
        variant="quiet"
        isDisabled={isBusy}
        aria-label={t("settings.removeOf", { name })}
        onPress={onRemove}
      >
        {t("settings.remove")}
      </Button>
    </div>
  );
}
