import { EventEmitter } from "node:events";
import xml from "@xmpp/xml";
import { expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { createStream, TURN_MS, type Transport } from "./stream.ts";

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

it("resource exhaustion: reads on in the next turn of the event loop when parsing has taken its time", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    const calls: string[] = [];
    const socket = Object.assign(new EventEmitter(), {
      write: (_: string, done: () => void) => void done(),
      end: () => undefined,
      destroy: () => undefined,
      pause: () => calls.push("pause"),
      resume: () => calls.push("resume"),
      getPeerX509Certificate: () => undefined,
    });
    const stream = createStream({ domain: "example.org", account: null, framed: false, timeout: 1_000 });
    stream.attach(socket as unknown as Transport);
    const opened = stream.open();
    const gives = (text: string) => socket.emit("data", Buffer.from(text));
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
    await turn();
    gives(
      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'><stream:features/>",
    );
    await opened;
    stream.live(() => vi.advanceTimersByTime(1));

    gives("<presence/>".repeat(TURN_MS - 1));
    expect(calls).toEqual([]);
    gives("<presence/>");
    // The rest that was read already.
    gives("<presence/>".repeat(TURN_MS));
    expect(calls).toEqual(["pause"]);
    await turn();
    expect(calls).toEqual(["pause", "resume"]);

    gives("<presence/>".repeat(TURN_MS));
    stream.pause();
    await turn();
    expect(calls.slice(2)).toEqual(["pause", "pause"]);
    gives("<presence/>".repeat(TURN_MS));
    stream.resume();
    expect(calls.slice(4)).toEqual(["pause"]);
    await turn();
    expect(calls.slice(4)).toEqual(["pause", "resume"]);
    stream.destroy(new Error("over"));
  } finally {
    vi.useRealTimers();
  }
});
