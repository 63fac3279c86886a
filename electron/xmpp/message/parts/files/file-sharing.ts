/** Files that a message shares: XEP-0447 §3, or the older XEP-0385 §4 of clients that know nothing else. */
import type { Element } from "@xmpp/xml";
import { MOST_FILES, MOST_SOURCES } from "../../../../../shared/limits.ts";
import type { SharedFile } from "../../../../model/file.ts";
import { NS_REFERENCE } from "../references.ts";
import { readMetadata } from "./metadata.ts";
import { fileId, NS_SFS, readSources, sourceAt } from "./sources.ts";

const NS_METADATA = "urn:xmpp:file:metadata:0";
const NS_SIMS = "urn:xmpp:sims:1";
/** Versions of XEP-0234 whose `<file/>` is the same. */
const NS_JINGLE_FILE = ["urn:xmpp:jingle:apps:file-transfer:5", "urn:xmpp:jingle:apps:file-transfer:4"];
/** Maximum number of references that are looked at. */
const MOST = 100;

/** @returns at most `MOST_FILES`, in their order. One with both kinds describes the same files twice (XEP-0447 §4.3) */
export function sharedFiles(stanza: Element): SharedFile[] {
  const files = stanza.getChildren("file-sharing", NS_SFS).slice(0, MOST_FILES).flatMap(fileIn);
  return files.length > 0 ? files : mediaIn(stanza);
}

function fileIn(sharing: Element): SharedFile[] {
  const file = sharing.getChild("file", NS_METADATA);
  if (file === undefined) return [];
  const id = fileId(sharing);
  return [
    {
      ...(id === null ? {} : { id }),
      ...readMetadata(file, sharing.attrs["disposition"]),
      sources: readSources(sharing.getChild("sources", NS_SFS)),
    },
  ];
}

function mediaIn(stanza: Element): SharedFile[] {
  return stanza
    .getChildren("reference", NS_REFERENCE)
    .slice(0, MOST)
    .filter(({ attrs }) => attrs["type"] === "data" && attrs["anchor"] === undefined)
    .flatMap((one) => one.getChild("media-sharing", NS_SIMS) ?? [])
    .slice(0, MOST_FILES)
    .flatMap((sharing) => {
      const file = NS_JINGLE_FILE.map((ns) => sharing.getChild("file", ns)).find((one) => one !== undefined);
      if (file === undefined) return [];
      const references = sharing.getChild("sources")?.getChildren("reference", NS_REFERENCE) ?? [];
      const sources = references.slice(0, MOST).flatMap(({ attrs }) => sourceAt(attrs["uri"], null));
      return [{ ...readMetadata(file), sources: sources.slice(0, MOST_SOURCES) }];
    });
}
