/** Whether the window has the user's attention: it is visible and focused. */
import { useSyncExternalStore } from "react";

function follow(listener: () => void): () => void {
  window.addEventListener("focus", listener);
  window.addEventListener("blur", listener);
  document.addEventListener("visibilitychange", listener);
  return () => {
    window.removeEventListener("focus", listener);
    window.removeEventListener("blur", listener);
    document.removeEventListener("visibilitychange", listener);
  };
}

export const isWindowActive = (): boolean => document.visibilityState === "visible" && document.hasFocus();
export const useWindowActive = (): boolean => useSyncExternalStore(follow, isWindowActive);
