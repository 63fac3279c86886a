/** Whether the window has room for one column only. */
import { useSyncExternalStore } from "react";

/** Below this width (CSS pixels) the chat takes the place of the list. */
const query = typeof window === "undefined" ? null : window.matchMedia("(max-width: 719.98px)");

const follow = (listener: () => void): (() => void) => {
  query?.addEventListener("change", listener);
  return () => query?.removeEventListener("change", listener);
};

/** For what happens once; a component takes `useIsNarrow`. */
export const isNarrow = (): boolean => query?.matches ?? false;
export const useIsNarrow = (): boolean => useSyncExternalStore(follow, isNarrow);
