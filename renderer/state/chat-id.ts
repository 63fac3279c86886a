/** One chat or person of one account as a single string, for maps and React keys. */
import type { ChatKey } from "../../shared/model/primitives.ts";

/** A JID contains no space, so two keys never have the same id. */
export const chatId = ({ account, jid }: ChatKey): string => `${account} ${jid}`;
