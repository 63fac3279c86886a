/** One message at a time has its actions in the order of Tab: the newest, or where the arrows have led. */
import { useState, type FocusEvent, type KeyboardEvent } from "react";
import type { Message } from "../../shared/model/message.ts";
import type { MessageId } from "../../shared/model/primitives.ts";
import { hasMenu } from "./message-menu.tsx";

const BUTTON = "[data-message-actions]";

export interface ActionStops {
  /** The message whose actions Tab reaches; null: there are none. */
  stop: MessageId | null;
  handlers: { onFocus(event: FocusEvent): void; onKeyDown(event: KeyboardEvent): void };
}

/** @param messages oldest first */
export function useActionStops(messages: readonly Message[]): ActionStops {
  const [led, setLed] = useState<MessageId | null>(null);
  const stop = (messages.find((one) => one.id === led && hasMenu(one)) ?? messages.findLast(hasMenu))?.id ?? null;
  return {
    stop,
    handlers: {
      onFocus({ target }) {
        const id = target.closest(BUTTON)?.closest("[data-message]")?.getAttribute("data-message");
        if (id != null) setLed(Number(id) as MessageId);
      },
      onKeyDown(event) {
        const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
        if (step === 0 || !(event.target instanceof Element) || !event.target.matches(BUTTON)) return;
        event.preventDefault();
        const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>(BUTTON)];
        buttons[buttons.indexOf(event.target as HTMLElement) + step]?.focus();
      },
    },
  };
}
