/** Short notes at the edge of the window. Their text is already translated. */
import { create } from "zustand";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import { t } from "../i18n/index.ts";

export interface Toast {
  id: number;
  tone: "neutral" | "success" | "danger";
  text: string;
  action?: { label: string; run(): void };
}

interface Toasts {
  toasts: readonly Toast[];
}

/** Maximum number at once; more would cover the window. */
const MAX_TOASTS = 4;
let nextId = 1;

export const useToasts = create<Toasts>()(() => ({ toasts: [] }));

/** Shows a note, replacing the oldest if there are too many. @returns its id */
export function showToast(toast: Omit<Toast, "id">): number {
  const id = nextId++;
  useToasts.setState(({ toasts }) => {
    // A repeated sentence replaces the first.
    const others = toasts.filter((one) => one.text !== toast.text);
    return { toasts: [...others, { ...toast, id }].slice(-MAX_TOASTS) };
  });
  return id;
}

export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }));
}

/** Shows the sentence of a failed command. */
export const showError = (code: ErrorCode): number => showToast({ tone: "danger", text: t(`error.${code}`) });
