/** Runs the user's commands, and shows a sentence for failures and, if given, for success. */
import { useState } from "react";
import { errorCodeOf } from "../call-failed.ts";
import { showError, showToast } from "./toasts.ts";

/** Runs a command. @returns whether it succeeded; otherwise its sentence is shown */
export async function attempt(command: Promise<unknown>): Promise<boolean> {
  try {
    await command;
    return true;
  } catch (error) {
    showError(errorCodeOf(error));
    return false;
  }
}

/**
 * @returns whether a command is running, and `act` to run one: it shows the success text, and returns whether it
 * succeeded
 */
export function useAct(): { isBusy: boolean; act(command: () => Promise<unknown>, done?: string): Promise<boolean> } {
  const [isBusy, setBusy] = useState(false);
  async function act(command: () => Promise<unknown>, done?: string): Promise<boolean> {
    setBusy(true);
    const isDone = await attempt(command());
    setBusy(false);
    if (isDone && done !== undefined) showToast({ tone: "success", text: done });
    return isDone;
  }
  return { isBusy, act };
}

/** Copies a text, and says so. */
export async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ tone: "success", text: done });
  } catch {
    showError("forbidden");
  }
}
