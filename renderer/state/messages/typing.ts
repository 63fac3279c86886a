/** Tells the core that the user types, or looks at another chat: it decides whether others learn that (XEP-0085). */
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { log } from "../../log.ts";
import { chatId } from "../chat-id.ts";
import { call } from "../ipc.ts";
import { useSettings } from "../settings.ts";

/** While somebody types the core is told at most this often, ms. */
const AGAIN = 2_000;
/** What was told last. */
let last: { id: string; empty: boolean; at: number } | null = null;

const tell = (telling: Promise<null>): void =>
  void telling.catch((error: unknown) => log.debug("the core was not told that the user types", error));

/** The user has changed the text of a chat's composer. */
export function typed({ account, jid }: ChatKey, text: string): void {
  if (!useSettings.getState().settings.sendChatStates) return;
  const [id, empty, at] = [chatId({ account, jid }), text.trim() === "", performance.now()];
  if (last?.id === id && last.empty === empty && (empty || at - last.at < AGAIN)) return;
  last = { id, empty, at };
  tell(call("chat.typed", { account, jid, empty }));
}

/** The text was sent, or is no longer shown: the next letter counts again. */
export const typingEnded = (): void => void (last = null);

/** A chat is no longer shown. */
export function leftChat({ account, jid }: ChatKey): void {
  typingEnded();
  if (useSettings.getState().settings.sendChatStates) tell(call("chat.left", { account, jid }));
}
