/** The /me command (XEP-0245): a text that says what its author does. Pure. */

const COMMAND = "/me ";

/** @returns what the author does; null: the text is no action. "/me" with nothing after it is an ordinary text */
export const actionIn = (body: string): string | null =>
  body.startsWith(COMMAND) && /\S/.test(body.slice(COMMAND.length)) ? body.slice(COMMAND.length) : null;

/** The text with an action as `* Name does something` (§2), any other text as it is. */
export function withAction(body: string, name: string): string {
  const action = actionIn(body);
  return action === null ? body : `* ${name} ${action}`;
}
