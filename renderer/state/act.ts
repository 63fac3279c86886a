/** Commands of the user: the sentence of what fails is shown, and where it says so what worked. */
import { useState } from "react";
import { errorCodeOf } from "../call-failed.ts";
import { showError, showToast } from "./toasts.ts";

/** Runs a command. @returns whether it worked; else its sentence is shown */
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
 * @returns whether a command is under way, and `act` to run one: it tells what was done, and gives whether it
 * worked
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

/** Copies, and says so. */
export async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ tone: "success", text: done });
  } catch {
    showError("forbidden");
  }
}
