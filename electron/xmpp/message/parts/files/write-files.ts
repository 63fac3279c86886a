/**
 * The files of an outgoing message: what they are (XEP-0446, with a hash by XEP-0300), where they are (XEP-0447,
 * XEP-0103), and that the body only repeats this for other clients (XEP-0428, XEP-0066).
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { dispositionOf, type OutgoingFile } from "../../../../model/outgoing-file.ts";

const NS_SHARING = "urn:xmpp:sfs:0";

/** @param files uploaded; the body of the message must be their addresses and nothing else */
export function fileElements(files: readonly OutgoingFile[]): Element[] {
  const [first] = files;
  if (first === undefined) return [];
  return [
    ...files.map((file, at) => sharing(file, files.length > 1 ? String(at + 1) : null)),
    xml("fallback", { xmlns: "urn:xmpp:fallback:0", for: NS_SHARING }, xml("body")),
    // Other clients show a file instead of a link if it is the only one, and repeats the body (XEP-0066 §3).
    ...(files.length === 1 ? [xml("x", { xmlns: "jabber:x:oob" }, xml("url", {}, first.url ?? ""))] : []),
  ];
}

/** @param id tells the files of one message apart (XEP-0447 §4.2); null: it is the only one */
function sharing(file: OutgoingFile, id: string | null): Element {
  const number = (name: string, value: number | null): Element[] =>
    value === null ? [] : [xml(name, {}, String(value))];
  return xml(
    "file-sharing",
    {
      xmlns: NS_SHARING,
      disposition: dispositionOf(file),
      ...(id === null ? {} : { id }),
    },
    xml(
      "file",
      { xmlns: "urn:xmpp:file:metadata:0" },
      xml("media-type", {}, file.mediaType),
      xml("name", {}, file.name),
      ...number("size", file.size),
      ...number("width", file.width),
      ...number("height", file.height),
      ...number("length", file.duration),
      xml("hash", { xmlns: "urn:xmpp:hashes:2", algo: "sha-256" }, file.sha256),
      ...thumbnail(file.thumbnail),
    ),
    xml("sources", {}, xml("url-data", { xmlns: "http://jabber.org/protocol/url-data", target: file.url ?? "" })),
  );
}

/** XEP-0264 §4. */
const thumbnail = (uri: string | null): Element[] =>
  uri === null ? [] : [xml("thumbnail", { xmlns: "urn:xmpp:thumbs:1", "media-type": "image/thumbhash", uri })];
