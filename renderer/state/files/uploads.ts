/** How far the uploads of our messages are. */
import { create } from "zustand";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { on } from "../ipc.ts";

export interface UploadProgress {
  /** Bytes. */
  sent: number;
  total: number;
  /** Bytes per second; null: not known yet. */
  speed: number | null;
}

interface Running extends UploadProgress {
  /** When it began, ms, and with how many bytes. */
  begun: { at: number; sent: number };
}

/** A speed that is measured over less is not shown, ms. */
const LEAST = 800;

const useUploads = create<{ byMessage: Readonly<Record<number, Running>> }>()(() => ({ byMessage: {} }));

/** Null: it has not begun. */
export const useUpload = (id: MessageId): UploadProgress | null => useUploads((state) => state.byMessage[id] ?? null);

/** Follows the core. @returns a function that ends it */
export function followUploads(): () => void {
  return on("upload.progress", ({ uploads }) => {
    const at = performance.now();
    useUploads.setState(({ byMessage }) => {
      const next = { ...byMessage };
      for (const { id, sent, total } of uploads) {
        const before = next[id];
        // It begins again after an error.
        const begun = before === undefined || sent < before.sent ? { at, sent } : before.begun;
        const ms = at - begun.at;
        next[id] = { sent, total, begun, speed: ms < LEAST ? null : ((sent - begun.sent) / ms) * 1000 };
      }
      return { byMessage: next };
    });
  });
}
