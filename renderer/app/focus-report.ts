/** Tells the core whether the window has the user's attention, which decides about notifications and read state. */
import { useEffect } from "react";
import { call } from "../state/ipc.ts";
import { log } from "../log.ts";

/** Reports the state now and on each change. */
export function useFocusReport(): void {
  useEffect(() => {
    let last: boolean | null = null;
    const report = () => {
      const focused = document.hasFocus() && document.visibilityState === "visible";
      if (focused === last) return;
      last = focused;
      // The user need not know of a failure: the next change reports again.
      call("window.focus", { focused }).catch((error: unknown) => {
        log.debug("the focus could not be reported", error);
        last = null;
      });
    };
    report();
    window.addEventListener("focus", report);
    window.addEventListener("blur", report);
    document.addEventListener("visibilitychange", report);
    return () => {
      window.removeEventListener("focus", report);
      window.removeEventListener("blur", report);
      document.removeEventListener("visibilitychange", report);
    };
  }, []);
}
