/**
 * Sources for the files of an earlier message (XEP-0447 §3.3), which they name by `<attach-to/>` (XEP-0367 §3). Of
 * attached messages we read nothing else: any other one is shown as a message of its own, as §3 of XEP-0367 allows. The
 * store checks the author.
 */
import type { Element } from "@xmpp/xml";
import { fileUrl } from "../../../../../shared/files/file-link.ts";
import { MOST_FILES } from "../../../../../shared/limits.ts";
import type { AttachedSources } from "../../../../model/file.ts";
import { linkedFile } from "../../../../model/linked-file.ts";
import type { Change } from "../../../../model/payload.ts";
import { bodyOf, isBlank } from "../body.ts";
import { fallbackIn, withoutFallback } from "../fallback.ts";
import { shortId } from "../stanza-ids.ts";
import { fileId, NS_SFS, readSources } from "./sources.ts";

/** Also announced in service discovery (XEP-0367 §2). */
export const NS_ATTACH = "urn:xmpp:message-attaching:1";
const NS_OMEMO = "eu.siacs.conversations.axolotl";

/** @returns null: none that we know, or the message is more than this */
export function attachedSourcesIn(stanza: Element): Extract<Change, { kind: "sources" }> | null {
  const [one, ...more] = stanza.getChildren("attach-to", NS_ATTACH);
  const target = shortId(one?.attrs["id"]);
  // More than one is forbidden (XEP-0367 §4.3).
  if (target === null || more.length > 0) return null;
  // Nothing outside of a ciphertext counts, and what shares a file itself is a message.
  if (stanza.getChild("encrypted", NS_OMEMO) !== undefined || stanza.getChild("file-sharing", NS_SFS) !== undefined)
    return null;
  const attached = stanza.getChildren("sources", NS_SFS).slice(0, MOST_FILES).flatMap(attachedIn);
  return attached.length === 0 || saysMore(stanza, attached) ? null : { kind: "sources", target, attached };
}

function attachedIn(element: Element): AttachedSources[] {
  const sources = readSources(element);
  const file = fileId(element);
  return sources.length === 0 ? [] : [{ ...(file === null ? {} : { file }), sources }];
}

/** A text that is neither marked as fallback (XEP-0428) nor the address of a source must not be lost. */
function saysMore(stanza: Element, attached: readonly AttachedSources[]): boolean {
  const text = withoutFallback(bodyOf(stanza) ?? "", fallbackIn(stanza, true), true);
  if (isBlank(text)) return false;
  const link = linkedFile(text)?.sources[0]!.url ?? fileUrl(text.trim())?.href;
  return !attached.some(({ sources }) => sources.some(({ url }) => url === link));
}
