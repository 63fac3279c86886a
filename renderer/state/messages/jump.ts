/** Leads to a message in its chat, from the gallery or the viewer. */
import { create } from "zustand";
import type { ChatKey, MessageId } from "../../../shared/model/primitives.ts";
import { useNavigation } from "../navigation.ts";

export interface Jump extends ChatKey {
  id: MessageId;
}

export const useJump = create<{ to: Jump | null }>()(() => ({ to: null }));

/** Opens the chat and shows the message, loading what is between. */
export function jumpTo({ account, jid }: ChatKey, id: MessageId): void {
  useNavigation.getState().open({ account, jid });
  useJump.setState({ to: { account, jid, id } });
}

/** The message was reached, or cannot be. */
export const jumped = (): void => useJump.setState({ to: null });
