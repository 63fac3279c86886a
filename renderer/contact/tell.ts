/** Runs a command whose failure only needs its sentence. */
import { errorCodeOf } from "../state/ipc.ts";
import { showError } from "../state/toasts.ts";

/** @returns whether it was done */
export async function done(command: Promise<unknown>): Promise<boolean> {
  try {
    await command;
    return true;
  } catch (error) {
    showError(errorCodeOf(error));
    return false;
  }
}
