/** Commands of the settings: what fails is told in a toast. */
import type { CommandInput, CommandName } from "../../shared/ipc/index.ts";
import { call, errorCodeOf } from "../state/ipc.ts";
import { showError } from "../state/toasts.ts";

/** Runs a command and shows the sentence when it fails. @returns whether it worked */
export async function tell<N extends CommandName>(name: N, args: CommandInput<N>): Promise<boolean> {
  try {
    await call(name, args);
    return true;
  } catch (error) {
    showError(errorCodeOf(error));
    return false;
  }
}
