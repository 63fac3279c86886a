/**
 * Files that a text only links to, as a plaintext body does (XEP-0066, XEP-0454), and the text of an OMEMO message: it
 * encrypts nothing but the body, so only the body says what is shared.
 */
import { fileKind } from "../../shared/files/file-kind.ts";
import { fileLink } from "../../shared/files/file-link.ts";
import type { SharedFile } from "./file.ts";
import type { Text } from "./payload.ts";

/** What is known of a file of which there is nothing but a link. */
const UNKNOWN = {
  size: null,
  mediaType: null,
  width: null,
  height: null,
  duration: null,
  thumbnail: null,
  hashes: [],
} as const;

/** @param isMarked as of `fileLink` @returns null if the text is more than a link to a file, or none */
export function linkedFile(text: string, isMarked = false): SharedFile | null {
  const link = fileLink(text, isMarked);
  if (link === null) return null;
  const { url, name, key } = link;
  return {
    ...UNKNOWN,
    name: name.slice(0, 1_024),
    disposition: fileKind(null, name) === "document" ? "attachment" : "inline",
    sources: [{ url, key: key === null ? null : { cipher: "aes-256-gcm-tagged", ...key } }],
  };
}

/** A body as it is shown: without the link, if it is nothing else. */
export function withLinkedFile(body: string): Pick<Text, "body" | "files"> {
  const file = linkedFile(body);
  return file === null ? { body } : { body: "", files: [file] };
}
