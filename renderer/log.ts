/** Writes failures that the user need not know of to the console. */

/**
 * `debug` is the only level: the browser hides it by default.
 * @param what without contents of messages
 */
export const log = { debug: (what: string, error: unknown): void => console.debug(what, error) };

/** For `.catch(…)`: logs the error and continues with undefined. */
export function logged(what: string): (error: unknown) => undefined {
  return (error) => void log.debug(what, error);
}

/** For `.catch(…)`: logs the error and continues with `value`. */
export function fallback<T>(value: T, what: string): (error: unknown) => T {
  return (error) => {
    log.debug(what, error);
    return value;
  };
}
