import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createCore } from "../core.ts";
import { TestHost } from "../testing/host.ts";
import type { Host } from "../host.ts";
import { createRequestedUris } from "./requested-uris.ts";

function make() {
  const heard: unknown[] = [];
  const publish = ((name: string, payload: object) => void heard.push([name, payload])) as Host["publish"];
  return { uris: createRequestedUris(publish), heard };
}

it("keeps the last address for a window that does not exist yet, and delivers it once", () => {
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

it("the core delivers an address when the window starts, and does not open xmpp links of messages externally", async () => {
  const folder = mkdtempSync(join(tmpdir(), "jackdaw-uris-"));
  const heard: unknown[] = [];
  const opened: string[] = [];
  const publish = ((name: string, payload: object) =>
    void (name === "uri.requested" && heard.push(payload))) as Host["publish"];
  const core = createCore(
    Object.assign(new TestHost(folder), { publish, openExternal: async (url: string) => void opened.push(url) }),
  );
  try {
    core.requestUri("xmpp:romeo@example.net");
    await core.start();
    expect(heard).toEqual([]);
    await core.handlers["app.start"]({});
    expect(heard).toEqual([{ uri: "xmpp:romeo@example.net" }]);
    await core.handlers["link.open"]({ url: "xmpp:juliet@example.org?message" });
    await core.handlers["link.open"]({ url: "https://example.org/" });
    expect(heard).toEqual([{ uri: "xmpp:romeo@example.net" }, { uri: "xmpp:juliet@example.org?message" }]);
    expect(opened).toEqual(["https://example.org/"]);
  } finally {
    await core.stop();
    rmSync(folder, { recursive: true });
  }
});
