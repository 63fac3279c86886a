import { expect, it } from "vitest";
import type { Jid } from "../../../../../shared/jid.ts";
import type { OutgoingFile } from "../../../../model/outgoing-file.ts";
import { outbound } from "../../../testing/outbound.ts";
import { writeMessage } from "../../write.ts";

const bob = "bob@example.org" as Jid;
const file: OutgoingFile = {
  id: "0".repeat(32),
  name: "summit & <sun>.jpg",
  mediaType: "image/jpeg",
  size: 3_032_449,
  sha256: "2XarmwTlNxDAMkvymloX3S5+VbylNrJt/l5QyPa+YoU=",
  iv: "1".repeat(24),
  key: "2".repeat(64),
  width: 4096,
  height: 2160,
  duration: null,
  thumbnail: "data:image/thumbhash;base64,3OcRJYB4d3h/iIeHeEh3eIhw+j2w",
  url: "https://files.example.org/a/summit.jpg",
};
const written = (uploads: OutgoingFile[], encryption: "none" | object = "none") =>
  writeMessage(
    outbound(bob, "o", "", {
      payload: { kind: "text", body: uploads.map(({ url }) => url).join("\n"), uploads },
      encryption: encryption as "none",
    }),
  );

it("writes one file with its metadata, hash and source, a fallback body and the address once more", () => {
  const stanza = written([file]);
  expect(stanza.getChildText("body")).toBe(file.url);
  expect(stanza.getChild("fallback", "urn:xmpp:fallback:0")?.toString()).toBe(
    `<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:sfs:0"><body/></fallback>`,
  );
  expect(stanza.getChild("x", "jabber:x:oob")?.getChildText("url")).toBe(file.url);
  const sharing = stanza.getChild("file-sharing", "urn:xmpp:sfs:0");
  expect(sharing?.attrs).toEqual({ xmlns: "urn:xmpp:sfs:0", disposition: "inline" });
  expect(sharing?.getChild("file")?.toString()).toBe(
    `<file xmlns="urn:xmpp:file:metadata:0"><media-type>image/jpeg</media-type><name>summit &amp; &lt;sun&gt;.jpg</name><size>3032449</size><width>4096</width><height>2160</height><hash xmlns="urn:xmpp:hashes:2" algo="sha-256">${file.sha256}</hash><thumbnail xmlns="urn:xmpp:thumbs:1" media-type="image/thumbhash" uri="${file.thumbnail}"/></file>`,
  );
  expect(sharing?.getChild("sources")?.getChild("url-data")?.attrs).toEqual({
    xmlns: "http://jabber.org/protocol/url-data",
    target: file.url,
  });
});

it("tells several files apart by ids, and repeats no address as the only one", () => {
  const other = { ...file, name: "b.pdf", mediaType: "application/pdf", url: "https://files.example.org/b" };
  const stanza = written([file, other]);
  expect(stanza.getChildText("body")).toBe(`${file.url}\n${other.url}`);
  expect(stanza.getChildren("file-sharing").map(({ attrs }) => [attrs["id"], attrs["disposition"]])).toEqual([
    ["1", "inline"],
    ["2", "attachment"],
  ]);
  expect(stanza.getChild("x", "jabber:x:oob")).toBeUndefined();
});

it("never writes what it knows of a file beside an encrypted message", () => {
  const stanza = written([{ ...file, url: "aesgcm://files.example.org/a#00" }], {
    sid: 1,
    keys: [],
    iv: new Uint8Array(12),
    payload: new Uint8Array(1),
  }).toString();
  for (const secret of [file.name, file.sha256, file.key, "aesgcm", "sfs"]) expect(stanza).not.toContain(secret);
});
