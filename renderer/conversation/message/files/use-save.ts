/** Saves a file of a message, and says where. */
import { useText } from "../../../i18n/index.ts";
import { useAct } from "../../../state/act.ts";
import { call } from "../../../state/ipc.ts";
import { showToast } from "../../../state/toasts.ts";
import type { FileKey } from "./pictures.ts";

export function useSave(of: FileKey): { isSaving: boolean; save(): Promise<boolean> } {
  const t = useText();
  const { isBusy, act } = useAct();
  const save = () =>
    act(async () => {
      const saved = await call("attachment.save", of);
      if (saved !== null) showToast({ tone: "success", text: t("attachment.saved", { path: saved.path }) });
    });
  return { isSaving: isBusy, save };
}
