/** What fails without the user having to know of it goes to the console, for whoever looks into the matter. */

/**
 * `debug` is the one level: the browser hides it until somebody asks for it.
 * @param what without contents of messages
 */
export const log = { debug: (what: string, error: unknown): void => console.debug(what, error) };

/** For `.catch(…)`: logs the error and goes on with undefined. */
export function logged(what: string): (error: unknown) => undefined {
  return (error) => void log.debug(what, error);
}

/** For `.catch(…)`: logs the error and goes on with `value`. */
export function fallback<T>(value: T, what: string): (error: unknown) => T {
  return (error) => {
    log.debug(what, error);
    return value;
  };
}
