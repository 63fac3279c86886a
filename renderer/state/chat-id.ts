/** One chat or person of one account as a single string, for maps and React keys. */
import type { ChatKey } from "../../shared/model/primitives.ts";

/** A JID holds no space, so two keys never meet in one id. */
export const chatId = ({ account, jid }: ChatKey): string => `${account} ${jid}`;
