/**
 * The text of a message that has more than a body, or none: a subject (RFC 6121 §5.2.4), an out-of-band link (XEP-0066
 * §3), or formatted text only (XEP-0071 §7). A text that is only the address of a file is none: the file is shown.
 */
import type { Element } from "@xmpp/xml";
import { fileUrl } from "../../../../shared/files/file-link.ts";
import type { SharedFile } from "../../../model/file.ts";
import { linkedFile } from "../../../model/linked-file.ts";
import type { BodyRange } from "../../../model/payload.ts";
import { bodyOf, isBlank, MOST_BODY } from "./body.ts";
import { withoutFallback } from "./fallback.ts";

const NS_OOB = "jabber:x:oob";
const NS_XHTML_IM = "http://jabber.org/protocol/xhtml-im";
const NS_XHTML = "http://www.w3.org/1999/xhtml";
const MOST_SUBJECT = 1_024;
/** Also bounds the search for it in the body. */
const MOST_LINK = 1_024;
const MOST_DESCRIPTION = 1_024;
const LINK = /^[a-z][a-z0-9+.-]{0,30}:\S+$/i;
/** Elements of XHTML-IM that begin a line (XEP-0071 §7.3 to §7.5). */
const LINES: ReadonlySet<string> = new Set([
  ...["blockquote", "br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "pre"],
]);

/** The text of a message, and what it shares. */
export interface Content {
  /** The lines of a subject, the text, and a link that the text does not contain. Empty if only files are shared. */
  body: string;
  files: readonly SharedFile[];
}

/**
 * @param fallback parts of the body to take out
 * @param files those of the message's own elements
 * @param hasSubject the subject is part of the message; that of a room is none (XEP-0045 §8.1)
 * @returns null: there is no text and no file
 */
export function contentOf(
  stanza: Element,
  fallback: readonly BodyRange[],
  files: readonly SharedFile[],
  hasSubject: boolean,
): Content | null {
  const body = bodyOf(stanza);
  const whole = body === null ? formattedText(stanza) : withoutFallback(body, fallback, files.length > 0);
  const found = files.length > 0 ? { text: withoutAddress(whole, files), files, link: null } : linked(stanza, whole);
  const subject = hasSubject ? oneLine(stanza.getChildText("subject"), MOST_SUBJECT) : null;
  const lines = [subject === found.text ? null : subject, found.text, found.link].filter((one) => one !== null);
  if (lines.length === 0 && found.files.length === 0) return null;
  return { body: lines.join("\n").slice(0, MOST_BODY), files: found.files };
}

/** The caption of files: a body for clients that know only links is none, whether it is marked as such or not. */
function withoutAddress(text: string | null, files: readonly SharedFile[]): string | null {
  if (text === null || isBlank(text)) return null;
  const link = linkedFile(text)?.sources[0]!.url ?? fileUrl(text.trim())?.href;
  return link !== undefined && files.some(({ sources }) => sources.some(({ url }) => url === link)) ? null : text;
}

/** The text, and the file or page that the message links to. */
function linked(
  stanza: Element,
  text: string | null,
): { text: string | null; files: SharedFile[]; link: string | null } {
  const oob = stanza.getChild("x", NS_OOB);
  const url = oob?.getChildText("url")?.trim() ?? "";
  const isLink = url.length <= MOST_LINK && LINK.test(url);
  const file = text === null ? null : linkedFile(text, isLink && text.trim() === url);
  if (file !== null) return { text: null, files: [file], link: null };
  if (!isLink || text?.includes(url) === true) return { text, files: [], link: null };
  const description = text === null ? oneLine(oob!.getChildText("desc"), MOST_DESCRIPTION) : null;
  const caption = text ?? (description === url ? null : description);
  const shared = linkedFile(url, true);
  return shared === null ? { text: caption, files: [], link: url } : { text: caption, files: [shared], link: null };
}

function oneLine(text: string | null, most: number): string | null {
  const line = (text ?? "").slice(0, most).replaceAll(/\s+/g, " ").trim();
  return isBlank(line) ? null : line;
}

/** The text of XHTML-IM, without its markup. */
function formattedText(stanza: Element): string | null {
  const body = stanza.getChild("html", NS_XHTML_IM)?.getChild("body", NS_XHTML);
  if (body === undefined) return null;
  const pieces: string[] = [];
  let length = 0;
  // Looking at the end of a growing text would copy all of it each time.
  function add(piece: string): void {
    if (piece === "") return;
    pieces.push(piece);
    length += piece.length;
  }
  // In the order of the document; a stack, since the depth is the sender's choice.
  const rest: unknown[] = [body];
  while (rest.length > 0 && length < MOST_BODY) {
    const next = rest.pop();
    if (typeof next === "string") add(next.replaceAll(/\s+/g, " "));
    else if (isElement(next)) {
      if (LINES.has(next.name) && pieces.length > 0 && pieces.at(-1) !== "\n") add("\n");
      for (const child of next.children.toReversed()) rest.push(child);
    }
  }
  const text = pieces.join("");
  return isBlank(text) ? null : text.trim();
}

const isElement = (node: unknown): node is Element => typeof node === "object" && node !== null && "children" in node;
