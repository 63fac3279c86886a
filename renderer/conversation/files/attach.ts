/** Attaches files to the next message of a chat, and sends it. */
import { MOST_SENT_FILES } from "../../../shared/limits.ts";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import type { Text } from "../../i18n/index.ts";
import { sendMessage } from "../../state/messages/messages.ts";
import { showToast } from "../../state/toasts.ts";
import { chooseFiles, chosenFiles, clearChosen } from "./chosen-files.ts";
import { dropFiles, stageFiles } from "./stage.ts";

/** Says how many were too many. */
export function attachFiles(chat: ChatKey, files: readonly File[], t: Text): void {
  const left = chooseFiles(chat, files);
  if (left > 0) showToast({ tone: "neutral", text: t("files.tooMany", { count: left, most: MOST_SENT_FILES }) });
}

/**
 * Sends the chosen files, and a text behind them. They stay chosen until the core has all of it.
 * @param told called before each file is prepared, with its number from 0 on
 * @throws {CallFailed}; or the error of a file that cannot be read any more
 */
export async function sendWithFiles(
  chat: ChatKey,
  body: string,
  encryption: Encryption,
  unstyled: boolean,
  told: (number: number) => void,
): Promise<void> {
  const chosen = chosenFiles(chat);
  const files = await stageFiles(chat.account, chosen, told);
  try {
    await sendMessage(chat, body, encryption, { files, unstyled });
  } catch (error) {
    await dropFiles(files);
    throw error;
  }
  clearChosen(chat, chosen.files);
}
