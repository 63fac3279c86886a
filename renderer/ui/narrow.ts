/** Whether the window has space for only one column. */
import { useSyncExternalStore } from "react";

/** Below this width (CSS pixels) the chat replaces the list. */
const query = typeof window === "undefined" ? null : window.matchMedia("(max-width: 719.98px)");

const follow = (listener: () => void): (() => void) => {
  query?.addEventListener("change", listener);
  return () => query?.removeEventListener("change", listener);
};

/** For one-time checks; components use `useIsNarrow`. */
export const isNarrow = (): boolean => query?.matches ?? false;
export const useIsNarrow = (): boolean => useSyncExternalStore(follow, isNarrow);
