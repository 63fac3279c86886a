/** Commands on devices: what worked is said, what failed is explained. */
import { useState } from "react";
import { errorCodeOf } from "../state/ipc.ts";
import { showError, showToast } from "../state/toasts.ts";

/**
 * @returns whether a command is under way, and `act` to run one; `act` gives whether it worked
 */
export function useAct(): { isBusy: boolean; act(command: () => Promise<unknown>, done: string): Promise<boolean> } {
  const [isBusy, setBusy] = useState(false);
  async function act(command: () => Promise<unknown>, done: string): Promise<boolean> {
    setBusy(true);
    try {
      await command();
      showToast({ tone: "success", text: done });
      return true;
    } catch (error) {
      showError(errorCodeOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { isBusy, act };
}

/** Copies, and says so. */
export async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ tone: "success", text: done });
  } catch {
    showError("forbidden");
  }
}
