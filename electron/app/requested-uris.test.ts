import { expect, it } from "vitest";
import type { Host } from "./ports.ts";
import { createRequestedUris } from "./requested-uris.ts";

function make() {
  const heard: unknown[] = [];
  const publish = ((name: string, payload: object) => void heard.push([name, payload])) as Host["publish"];
  return { uris: createRequestedUris(publish), heard };
}

it("keeps the last address for a window that is not there yet, and gives it once", () => {
  const { uris, heard } = make();
  uris.request("xmpp:romeo@example.net");
  uris.request("xmpp:juliet@example.org?message;body=Gr\u00FC\u00DFe");
  expect(heard).toEqual([]);
  uris.windowIsThere();
  uris.windowIsThere();
  expect(heard).toEqual([["uri.requested", { uri: "xmpp:juliet@example.org?message;body=Gr%C3%BC%C3%9Fe" }]]);
});

it.each([
  "https://example.org/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "xmpp:",
  "xmpp://me@example.org/romeo@example.net?subscribe",
  "xmpp:romeo@example.net --data=/tmp",
  "--data=xmpp:romeo@example.net",
  `xmpp:${"a".repeat(10_000)}@example.net`,
  "xmpp:romeo@exam\u202Eple.net",
])("xmpp: URIs: drops %j", (uri) => {
  const { uris, heard } = make();
  uris.windowIsThere();
  uris.request(uri);
  expect(heard).toEqual([]);
});
