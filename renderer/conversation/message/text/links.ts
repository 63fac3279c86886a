/**
 * Finds links in a message. linkifyjs says where they are, shared/link.ts which of them may be opened; what it
 * refuses stays text. Nothing here makes HTML.
 */
import { find, registerCustomProtocol } from "linkifyjs";
import { checkLink } from "../../../../shared/link.ts";

registerCustomProtocol("xmpp", true);

export type Segment =
  | { kind: "text"; text: string }
  /** `target` is what opens: normalised, ASCII, checked. */
  | { kind: "link"; text: string; target: string };

/** Names of files are no addresses, although some endings are domains. */
const FILE_NAME = /^[^/@:]+\.(?:md|py|rs|sh|pl|zip|mov|so|ps|cc|app)$/i;
/** Beyond this much text no links are looked for; it would hold up the window. */
const MAX_SCANNED = 60_000;
/** Beyond this many links a message is not written for reading. */
const MAX_LINKS = 500;

/**
 * @param body a message; hostile
 * @returns pieces that give the body again when joined
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
