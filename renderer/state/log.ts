/** What fails without the user having to know of it goes to the console, for whoever looks into the matter. */

/** `debug` is the one level: the browser hides it until somebody asks for it. @param what without contents of messages */
export const log = { debug: (what: string, error: unknown): void => console.debug(what, error) };

/** For `.catch(…)`: logs the error and goes on with undefined. */
export const logged =
  (what: string) =>
  (error: unknown): undefined =>
    void log.debug(what, error);

/** For `.catch(…)`: logs the error and goes on with `value`. */
export const fallback =
  <T>(value: T, what: string) =>
  (error: unknown): T => {
    log.debug(what, error);
    return value;
  };
