import xml, { type Element } from "@xmpp/xml";
import { describe, expect, it, vi } from "vitest";
import { createStanzaQueue, TURN_MS } from "./stanza-queue.ts";

const stanza = (id: number): Element => xml("message", { id: String(id) });

function make(handle: (one: Element) => Promise<void>) {
  const calls: string[] = [];
  const queue = createStanzaQueue({
    handle,
    handled: () => calls.push("handled"),
    pause: () => calls.push("pause"),
    resume: () => calls.push("resume"),
    failed: (error) => calls.push(error.message),
  });
  return { queue, calls };
}

describe("queue of incoming stanzas", () => {
  it("handles one stanza after another, in order", async () => {
    const log: string[] = [];
    const { queue } = make(async (one) => {
      log.push(`begin ${one.attrs["id"] as string}`);
      await Promise.resolve();
      log.push(`end ${one.attrs["id"] as string}`);
    });
    queue.push(stanza(1));
    queue.push(stanza(2));
    await queue.settled();
    expect(log).toEqual(["begin 1", "end 1", "begin 2", "end 2"]);
  });

  it("continues after a stanza that needed no handling", async () => {
    const { queue, calls } = make(async () => undefined);
    queue.push(null);
    queue.push(stanza(1));
    queue.push(null);
    await vi.waitFor(() => expect(calls).toEqual(["handled", "handled", "handled"]));
  });

  it("acknowledges nothing after a stanza that could not be committed", async () => {
    const { queue, calls } = make(async (one) => {
      if (one.attrs["id"] === "2") throw new Error("disk full");
    });
    for (const id of [1, 2, 3]) queue.push(stanza(id));
    await queue.settled();
    queue.push(stanza(4));
    await queue.settled();
    expect(calls).toEqual(["handled", "disk full"]);
  });

  it("reports when all queued stanzas are handled, and not before", async () => {
    let let2pass: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (let2pass = resolve));
    const { queue, calls } = make((one) => (one.attrs["id"] === "2" ? gate : Promise.resolve()));
    queue.push(stanza(1));
    queue.push(stanza(2));
    let isReached = false;
    const reached = queue.reached().then(() => (isReached = true));
    queue.push(stanza(3));
    await vi.waitFor(() => expect(calls).toEqual(["handled"]));
    expect(isReached).toBe(false);
    let2pass();
    await reached;
    await queue.settled();
    expect(calls).toEqual(["handled", "handled", "handled"]);
    await queue.reached();
  });

  it("rejects pending waits when a stanza cannot be handled", async () => {
    const { queue } = make(() => Promise.reject(new Error("disk full")));
    queue.push(stanza(1));
    await expect(queue.reached()).rejects.toThrow("disk full");
    await expect(queue.reached()).rejects.toThrow("could not be handled");
  });

  it("resource exhaustion: pauses the socket during a flood until it is worked off", async () => {
    const { queue, calls } = make(async () => undefined);
    for (let id = 0; id < 5_000; id++) queue.push(stanza(id));
    await queue.settled();
    expect(calls.filter((call) => call === "handled")).toHaveLength(5_000);
    expect(calls.filter((call) => call !== "handled")).toEqual(["pause", "resume"]);
  });

  it("resource exhaustion: hands over to the event loop during a flood that needs no waiting", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const { queue, calls } = make(async () => void vi.advanceTimersByTime(1));
      let turns = 0;
      let isOver = false;
      const count = (): void => {
        turns++;
        if (!isOver) setImmediate(count);
      };
      setImmediate(count);
      // Node reads up to 32 chunks in one turn of the event loop, and drains all microtasks after each.
      for (let chunk = 0; chunk < 32; chunk++) {
        for (let id = 0; id < 10; id++) queue.push(stanza(id));
        await new Promise<void>((resolve) => process.nextTick(resolve));
      }
      await queue.settled();
      isOver = true;
      expect(calls).toHaveLength(320);
      expect(turns).toBeGreaterThanOrEqual(320 / TURN_MS - 1);
    } finally {
      vi.useRealTimers();
    }
  });
});
