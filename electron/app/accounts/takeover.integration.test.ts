/** Another core takes over the session (XEP-0198) of a core that was killed, on a real Prosody. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { startProxy } from "../../../e2e/faults/network/proxy.ts";
import { befriend } from "../../../e2e/peers/befriend.ts";
import { connectPeer } from "../../../e2e/peers/peer.ts";
import { startProsody } from "../../../e2e/peers/servers/prosody.ts";
import { ALICE, BOB, Device, WAIT } from "../testing/device.ts";

/** A server module: sends a message from Bob at the moment when the resumed session is unavailable. */
const WRITES_WHEN_GONE = `
local st = require "util.stanza"
module:wrap_event("presence/bare", function(handlers, name, event)
  local result = handlers(name, event)
  local stanza = event.stanza
  if stanza.attr.type == "unavailable" and not stanza.attr.to and event.origin.resumption_counter then
    module:send(st.message({ from = "bob@localhost/phone", to = "alice@localhost", type = "chat", id = "gap" }):text_tag("body", "in the gap"))
  end
  return result
end)`;

it("a message that arrives while the session taken over is briefly unavailable is not lost", async () => {
  const prosody = await startProsody({
    accounts: { alice: ALICE.password, bob: BOB.password },
    modules: { writes_when_gone: WRITES_WHEN_GONE },
  });
  onTestFinished(() => prosody.remove());
  await befriend(prosody, ALICE, BOB);
  const proxy = await startProxy(prosody.port);
  onTestFinished(() => proxy.close());
  const folders = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), "jackdaw-takeover-"))));
  onTestFinished(() =>
    Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))).then(() => undefined),
  );
  const server = { port: proxy.port, certificateFingerprint: prosody.certificateFingerprint };
  const died = new Device(folders[0]!, server);
  await died.signIn();
  await died.caughtUp();
  const bob = await connectPeer({ jid: BOB.jid, password: BOB.password, resource: "phone", server: prosody });
  onTestFinished(() => bob.stop());
  await bob.chat(ALICE.jid, "before");
  await vi.waitFor(() => expect(died.chat()).toMatchObject({ last: { text: "before" } }), WAIT);

  // A copy of the folder at this moment is what a killed core leaves behind.
  proxy.refuse();
  proxy.cut();
  await vi.waitFor(() => expect(died.account.connection.state).not.toBe("online"), WAIT);
  await cp(folders[0]!, folders[1]!, { recursive: true });
  await died.core.stop();
  proxy.clear();

  const next = new Device(folders[1]!, server);
  for (const [name, secret] of died.host.secrets) next.host.secrets.set(name, secret);
  onTestFinished(() => next.core.stop());
  await next.core.start();
  await next.online();
  await bob.chat(ALICE.jid, "after");
  await vi.waitFor(
    async () => expect((await next.bodies()).filter((body) => body !== "in the gap")).toEqual(["before", "after"]),
    WAIT,
  );
  await vi.waitFor(
    async () => expect((await next.bodies()).toSorted()).toEqual(["after", "before", "in the gap"]),
    WAIT,
  );
});
