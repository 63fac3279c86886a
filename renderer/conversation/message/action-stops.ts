/** Only one message at a time has its actions in the Tab order: the newest, or the one reached by arrows. */
import { useState, type FocusEvent, type KeyboardEvent } from "react";
import type { Message } from "../../../shared/model/message.ts";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { canReact } from "../../state/messages/reacting.ts";
import { hasMenu } from "./message-menu.tsx";

const BUTTON = "[data-message-actions]";
/** Direction of each arrow; true: within the message. */
const STEPS: Readonly<Record<string, [1 | -1, boolean]>> = {
  ArrowUp: [-1, false],
  ArrowDown: [1, false],
  ArrowLeft: [-1, true],
  ArrowRight: [1, true],
};

export interface ActionStops {
  /** The message whose actions Tab reaches; null: there are none. */
  stop: MessageId | null;
  handlers: { onFocus(event: FocusEvent): void; onKeyDown(event: KeyboardEvent): void };
}

/** Whether the message has buttons. */
const hasActions = (message: Message): boolean => hasMenu(message) || canReact(message) || message.reactions.length > 0;

/** The button of the same kind of the next message that has any, or its first. */
function further(list: Element, from: Element, step: 1 | -1): HTMLElement | undefined {
  const messages = [...new Set([...list.querySelectorAll(BUTTON)].map((one) => one.closest("[data-message]")))];
  const next = messages[messages.indexOf(from.closest("[data-message]")) + step];
  const buttons = [...(next?.querySelectorAll<HTMLElement>(BUTTON) ?? [])];
  return (
    buttons.find((one) => one.getAttribute("data-message-actions") === from.getAttribute("data-message-actions")) ??
    buttons[0]
  );
}

/** The next reaction to the same message. */
function beside(from: Element, step: 1 | -1): HTMLElement | undefined {
  const buttons = [...(from.closest('[role="group"]')?.querySelectorAll<HTMLElement>(BUTTON) ?? [])];
  return buttons[buttons.indexOf(from as HTMLElement) + step];
}

/** @param messages oldest first */
export function useActionStops(messages: readonly Message[]): ActionStops {
  const [led, setLed] = useState<MessageId | null>(null);
  const stop = (messages.find((one) => one.id === led && hasActions(one)) ?? messages.findLast(hasActions))?.id ?? null;
  return {
    stop,
    handlers: {
      onFocus({ target }) {
        const id = target.closest(BUTTON)?.closest("[data-message]")?.getAttribute("data-message");
        if (id != null) setLed(Number(id) as MessageId);
      },
      onKeyDown(event) {
        if (!(event.target instanceof Element) || !event.target.matches(BUTTON)) return;
        const [step, isAside] = STEPS[event.key] ?? [];
        if (step === undefined) return;
        event.preventDefault();
        if (isAside === true) beside(event.target, step)?.focus();
        else further(event.currentTarget, event.target, step)?.focus();
      },
    },
  };
}
