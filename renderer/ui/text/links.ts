/**
 * Finds links in a message. linkifyjs finds them, shared/link.ts decides which may be opened; refused ones stay text.
 * Nothing here creates HTML.
 */
import { find, registerCustomProtocol } from "linkifyjs";
import { checkLink } from "../../../shared/link.ts";

registerCustomProtocol("xmpp", true);

export type Segment =
  | { kind: "text"; text: string }
  /** `target` is what opens: normalised, ASCII, checked. */
  | { kind: "link"; text: string; target: string };

/** File names are not addresses, although some endings are top-level domains. */
const FILE_NAME = /^[^/@:]+\.(?:md|py|rs|sh|pl|zip|mov|so|ps|cc|app)$/i;
/** Maximum length that is searched for links; more would block the window. */
export const MAX_SCANNED = 60_000;
/** Maximum number of links; a message with more is not meant for reading. */
export const MAX_LINKS = 500;

/**
 * @param body a message; hostile
 * @returns pieces that together are the body
 */
export function segments(body: string): Segment[] {
  if (body.length > MAX_SCANNED || !/[.:@]/.test(body)) return body === "" ? [] : [{ kind: "text", text: body }];
  const found: Segment[] = [];
  let done = 0;
  const text = (end: number): void => {
    if (end > done) found.push({ kind: "text", text: body.slice(done, end) });
  };
  for (const match of find(body, { defaultProtocol: "https" }).slice(0, MAX_LINKS)) {
    const target = FILE_NAME.test(match.value) ? null : checkLink(match.href);
    if (target === null || body.slice(match.start, match.end) !== match.value) continue;
    text(match.start);
    found.push({ kind: "link", text: match.value, target });
    done = match.end;
  }
  text(body.length);
  return found;
}
