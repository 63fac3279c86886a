/**
 * How the process of the browser host ends. A terminal sends Ctrl+C to every process of the group, and a parent may
 * signal its children as well: signals that come close together are one request.
 */
import { log } from "../log/log.ts";

/** Signals within this time after the first are the same request, ms. */
const TOGETHER = 1_000;

export interface Shutdown {
  /**
   * Ends the process in order. A second call, some time later, skips the goodbyes; the store is closed all the same.
   */
  end(code?: number): void;
}

/**
 * @param stop ends everything that is open; the promise settles when the user does not want to wait any longer
 * @param exit ends the process
 */
export function createShutdown(
  stop: (impatient: Promise<void>) => Promise<void>,
  exit: (code: number) => void,
): Shutdown {
  const impatient = Promise.withResolvers<void>();
  let since: number | null = null;

  async function end(code: number): Promise<void> {
    try {
      await stop(impatient.promise);
    } catch (error) {
      log.error("browser", "the core could not end in order", error);
    }
    exit(code);
  }

  return {
    end(code = 0) {
      if (since === null) {
        since = performance.now();
        void end(code);
      } else if (performance.now() - since > TOGETHER) impatient.resolve();
    },
  };
}
