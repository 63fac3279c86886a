import { EventEmitter } from "node:events";
import xml from "@xmpp/xml";
import { expect, it } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { createStream, type Transport } from "./stream.ts";

/** A socket that is destroyed during a write and never calls back. */
const mute = Object.assign(new EventEmitter(), {
  write: () => true,
  end: () => undefined,
  destroy: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
}) as unknown as Transport;

it("rejects pending writes when the stream ends, even if the socket never calls back", async () => {
  const stream = createStream({
    domain: "example.org",
    account: "alice@example.org" as BareJid,
    framed: false,
    timeout: 1_000,
  });
  stream.attach(mute);
  const waiting = [stream.send(xml("presence")), stream.sendText("<r/>")];
  const broken = new Error("broken");
  stream.destroy(broken);
  expect(await Promise.allSettled(waiting)).toEqual(waiting.map(() => ({ status: "rejected", reason: broken })));
  await expect(stream.send(xml("presence"))).rejects.toBe(broken);
});
