/** Saves a file of a message, and says where. */
import { t } from "../i18n/index.ts";
import { useAct } from "../state/act.ts";
import { call } from "../state/ipc.ts";
import { showToast } from "../state/toasts.ts";
import type { FileKey } from "../state/files/fetched-files.ts";

/** @throws {CallFailed} */
export async function saveFile(of: FileKey): Promise<void> {
  const saved = await call("attachment.save", of);
  if (saved !== null) showToast({ tone: "success", text: t("attachment.saved", { path: saved.path }) });
}

export function useSave(of: FileKey): { isSaving: boolean; save(): Promise<boolean> } {
  const { isBusy, act } = useAct();
  return { isSaving: isBusy, save: () => act(() => saveFile(of)) };
}
