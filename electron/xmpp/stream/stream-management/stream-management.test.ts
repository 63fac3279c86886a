import { parse } from "ltx";
import { describe, expect, it, vi } from "vitest";
import { enabled, jid, make, message, nonza, resumed } from "./testing/process.ts";
import { beyond, readH, readState, wrap } from "./state.ts";

const questions = (written: string[]): number => written.filter((text) => text.startsWith("<r ")).length;

describe("stream management: sending", () => {
  it("requests one acknowledgement for several stanzas, and reports which ones the server has", async () => {
    const { sm, written, events, send } = make();
    await sm.online(enabled, jid);
    await Promise.all(["a", "b", "c"].map(send));
    await vi.waitFor(() => expect(written).toEqual(['<r xmlns="urn:xmpp:sm:3"/>']));
    expect(sm.nonza(nonza("<a h='2'/>"))).toBe(true);
    await vi.waitFor(() => expect(events).toEqual([{ type: "acked", tags: ["a", "b"] }]));
    sm.nonza(nonza("<a h='3'/>"));
    await vi.waitFor(() => expect(events[1]).toEqual({ type: "acked", tags: ["c"] }));
    sm.offline();
  });

  it("requests another acknowledgement for stanzas sent while a request was open", async () => {
    const { sm, written, send } = make();
    await sm.online(enabled, jid);
    await send("a");
    await vi.waitFor(() => expect(questions(written)).toBe(1));
    await send("b");
    expect(questions(written)).toBe(1);
    sm.nonza(nonza("<a h='1'/>"));
    await vi.waitFor(() => expect(questions(written)).toBe(2));
    sm.offline();
  });

  it("reports a dead link when no answer arrives", async () => {
    vi.useFakeTimers();
    try {
      const { sm, dead, send } = make();
      await sm.online(enabled, jid);
      await send("a");
      await vi.advanceTimersByTimeAsync(9_000);
      expect(dead).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(2_000);
      expect(dead).toHaveBeenCalledOnce();
      sm.offline();
    } finally {
      vi.useRealTimers();
    }
  });

  it("ends the stream when a message cannot be persisted, because it is counted but not written", async () => {
    const { sm, accountState, dead, send } = make();
    await sm.online(enabled, jid);
    Object.defineProperty(accountState, "value", {
      set: () => {
        throw new Error("the disk is full");
      },
    });
    await expect(send("a")).rejects.toThrow("the disk is full");
    expect(dead).toHaveBeenCalledOnce();
    sm.offline();
  });

  it("ends the stream when the server acknowledges more than was sent, and starts a new session", async () => {
    const { sm, written, events, dead, accountState, send } = make();
    await sm.online(enabled, jid);
    await send("a");
    sm.nonza(nonza("<a h='10'/>"));
    await vi.waitFor(() => expect(dead).toHaveBeenCalledOnce());
    const error = parse(written.find((text) => text.startsWith("<stream:error"))!);
    expect(error.getChild("handled-count-too-high", "urn:xmpp:sm:3")!.attrs).toMatchObject({
      h: "10",
      "send-count": "1",
    });
    expect(error.getChild("undefined-condition", "urn:ietf:params:xml:ns:xmpp-streams")).toBeDefined();
    sm.offline();
    expect(await sm.resumption()).toBeNull();
    await vi.waitFor(() => expect(accountState.value).toBeNull());
    await sm.online(enabled, jid);
    expect(events).toEqual([{ type: "unacked", tags: ["a"] }]);
  });

  it("ignores an acknowledgement that is not a number, or not new", async () => {
    const { sm, events, dead, send } = make();
    await sm.online(enabled, jid);
    await send("a");
    for (const h of ["-1", "1e3", "", "99999999999", "0"]) sm.nonza(nonza(`<a h='${h}'/>`));
    await new Promise(setImmediate);
    expect([events, dead.mock.calls]).toEqual([[], []]);
    sm.offline();
  });
});

describe("stream management: receiving", () => {
  it("acknowledges only committed stanzas", async () => {
    const { sm, written } = make();
    await sm.online(enabled, jid);
    sm.nonza(nonza("<r/>"));
    sm.handled();
    await vi.waitFor(() => expect(written).toHaveLength(1));
    sm.handled();
    sm.nonza(nonza("<r/>"));
    await vi.waitFor(() => expect(written).toHaveLength(2));
    expect(written).toEqual(['<a xmlns="urn:xmpp:sm:3" h="0"/>', '<a xmlns="urn:xmpp:sm:3" h="2"/>']);
  });

  it("acknowledges many stanzas unasked, so that the server need not keep them", async () => {
    const { sm, written } = make();
    await sm.online(enabled, jid);
    for (let count = 0; count < 120; count++) {
      sm.handled();
      await new Promise(setImmediate);
    }
    expect(written).toEqual(['<a xmlns="urn:xmpp:sm:3" h="50"/>', '<a xmlns="urn:xmpp:sm:3" h="100"/>']);
  });

  it("counts a stanza that was committed just after the link broke", async () => {
    const { sm, accountState } = make();
    await sm.online(enabled, jid);
    sm.handled();
    sm.offline();
    sm.handled();
    expect((await sm.resumption())!.h).toBe(2);
    await vi.waitFor(() => expect(readState(accountState.value)!.handled).toBe(2));
  });

  it("ignores other elements", () => {
    const { sm } = make();
    expect(sm.nonza(parse("<r xmlns='urn:xmpp:other'/>"))).toBe(false);
    expect(sm.nonza(message("a"))).toBe(false);
  });
});

describe("stream management: resumption", () => {
  it("sends again exactly what the server does not have, without a delay stamp", async () => {
    const { sm, written, events, accountState, send } = make();
    await sm.online(enabled, jid);
    for (const id of ["a", "b", "c"]) await send(id);
    const before = readState(accountState.value)!.queue.map((entry) => entry.xml);
    expect(before.map((text) => parse(text).getChildText("body"))).toEqual(["text <a>", "text <b>", "text <c>"]);
    sm.offline();
    expect(await sm.resumption()).toEqual({ previd: "some-id", h: 0, jid });
    expect(sm.location()).toBe("[2001:41D0:1:A49b::1]:9222");
    written.length = 0;
    expect(await sm.online(resumed(1), jid)).toEqual({ resumed: true });
    expect(events).toEqual([
      { type: "acked", tags: ["a"] },
      { type: "resent", tags: ["b", "c"] },
    ]);
    expect(written).toEqual(before.slice(1));
    sm.nonza(nonza("<a h='3'/>"));
    await vi.waitFor(() => expect(events.at(-1)).toEqual({ type: "acked", tags: ["b", "c"] }));
    sm.offline();
  });

  it("keeps the namespace of a stanza, which a WebSocket requires (RFC 7395 §3.3.3)", async () => {
    const { sm, written, send } = make();
    await sm.online(enabled, jid);
    await send("a");
    sm.offline();
    written.length = 0;
    await sm.online(resumed(0), jid);
    expect(parse(written[0]!).attrs["xmlns"]).toBe("jabber:client");
    sm.offline();
  });

  it("does not send a fleeting stanza again, and counts the others right, also in another process", async () => {
    const { sm, written, events, accountState, send } = make();
    await sm.online(enabled, jid);
    await send("a");
    await sm.outgoing(message("composing"), undefined, true);
    await send("b");
    sm.offline();
    written.length = 0;
    await sm.online(resumed(1), jid);
    const texts = () => written.filter((text) => text.startsWith("<message"));
    expect(texts()).toHaveLength(1);
    expect(texts()[0]).toContain("b");
    expect(readState(accountState.value)?.queue).toEqual([expect.objectContaining({ tag: "b" })]);
    sm.nonza(nonza("<a h='2'/>"));
    await vi.waitFor(() => expect(events).toContainEqual({ type: "acked", tags: ["b"] }));
    sm.offline();
  });

  it("continues in another process after a crash", async () => {
    const first = make();
    await first.sm.online(enabled, jid);
    await first.send("a");
    first.sm.handled();
    first.sm.nonza(nonza("<r/>"));
    await vi.waitFor(() => expect(readState(first.accountState.value)!.handled).toBe(1));
    first.sm.offline();

    const second = make(first.accountState);
    expect(await second.sm.resumption()).toEqual({ previd: "some-id", h: 1, jid });
    expect(await second.sm.online(resumed(0), jid)).toEqual({ resumed: true });
    expect(second.events).toEqual([{ type: "resent", tags: ["a"] }]);
    expect(parse(second.written[0]!).getChildText("body")).toBe("text <a>");
    second.sm.handled();
    second.sm.nonza(nonza("<r/>"));
    await vi.waitFor(() => expect(second.written).toContain('<a xmlns="urn:xmpp:sm:3" h="2"/>'));
    second.sm.offline();
  });

  it("accepts that a crashed process had sent more than it had persisted", async () => {
    const first = make();
    await first.sm.online(enabled, jid);
    await first.send("a");
    first.sm.offline();
    const second = make(first.accountState);
    await second.sm.online(resumed(5), jid);
    expect([second.events, second.dead.mock.calls]).toEqual([[{ type: "acked", tags: ["a"] }], []]);
    await second.send("b");
    second.sm.nonza(nonza("<a h='6'/>"));
    await vi.waitFor(() => expect(second.events.at(-1)).toEqual({ type: "acked", tags: ["b"] }));
    second.sm.offline();
  });

  it("reports lost stanzas when the session is gone, except those that the server has", async () => {
    const { sm, events, send } = make();
    await sm.online(enabled, jid);
    for (const id of ["a", "b", "c"]) await send(id);
    sm.offline();
    expect(
      await sm.online({ kind: "failed", element: nonza("<failed h='1'><item-not-found/></failed>") }, jid),
    ).toEqual({ resumed: false });
    expect(events).toEqual([
      { type: "acked", tags: ["a"] },
      { type: "unacked", tags: ["b", "c"] },
    ]);
    expect(await sm.resumption()).toBeNull();
  });

  it("keeps the queue when the link breaks while it is sent again", async () => {
    const { sm, send, link, events } = make();
    await sm.online(enabled, jid);
    await send("a");
    await send("b");
    sm.offline();
    link.up = false;
    expect(await sm.online(resumed(0), jid)).toEqual({ resumed: true });
    sm.offline();
    link.up = true;
    expect(await sm.online(resumed(1), jid)).toEqual({ resumed: true });
    expect(events.at(-2)).toEqual({ type: "acked", tags: ["a"] });
    expect(events.at(-1)).toEqual({ type: "resent", tags: ["b"] });
    sm.offline();
  });

  it("starts a new session when the server does not hear a resumed stream although it keeps sending", async () => {
    vi.useFakeTimers();
    try {
      const { sm, written, dead, link, events, send } = make();
      await sm.online(enabled, jid);
      await send("a");
      sm.offline();
      written.length = 0;
      await sm.online(resumed(1), jid);
      await send("b");
      for (let second = 0; second < 29; second++) {
        link.heardAt = performance.now();
        await vi.advanceTimersByTimeAsync(1_000);
      }
      expect(questions(written)).toBe(1);
      expect(dead).not.toHaveBeenCalled();
      for (let second = 0; second < 11; second++) {
        link.heardAt = performance.now();
        await vi.advanceTimersByTimeAsync(1_000);
      }
      expect(dead).toHaveBeenCalledOnce();
      sm.offline();
      expect(await sm.resumption()).toBeNull();
      await sm.online(enabled, jid);
      expect(events.at(-1)).toEqual({ type: "unacked", tags: ["b"] });
      sm.offline();
    } finally {
      vi.useRealTimers();
    }
  });

  it("attributes silence to the link once, and twice in a row to the session", async () => {
    vi.useFakeTimers();
    try {
      const { sm, dead, link } = make();
      await sm.online(enabled, jid);
      for (const isLast of [false, true]) {
        sm.offline();
        await sm.online(resumed(0), jid);
        link.heardAt = performance.now();
        await vi.advanceTimersByTimeAsync(11_000);
        expect(dead).toHaveBeenCalledTimes(isLast ? 2 : 1);
        expect((await sm.resumption()) === null).toBe(isLast);
      }
      sm.offline();
    } finally {
      vi.useRealTimers();
    }
  });

  it("ignores a stream error about our input in a resumed session before anything was acknowledged", async () => {
    const { sm, send, accountState } = make();
    await sm.online(enabled, jid);
    await send("a");
    expect(sm.inputRejected()).toBe(false);
    sm.offline();
    await sm.online(resumed(0), jid);
    expect(sm.inputRejected()).toBe(true);
    sm.offline();
    expect(await sm.resumption()).toBeNull();
    await vi.waitFor(() => expect(accountState.value).toBeNull());
    await sm.online(enabled, jid);
    await send("b");
    sm.offline();
    await sm.online(resumed(0), jid);
    sm.nonza(nonza("<a h='1'/>"));
    expect(sm.inputRejected()).toBe(false);
    sm.offline();
  });

  it("forgets everything after the stream was closed on purpose", async () => {
    const { sm, accountState, events, send } = make();
    await sm.online(enabled, jid);
    await send("a");
    await sm.discard();
    expect([accountState.value, await sm.resumption()]).toEqual([null, null]);
    expect(events).toEqual([{ type: "unacked", tags: ["a"] }]);
  });

  it("does not resume without permission of the server, and survives a damaged record", async () => {
    const { sm } = make();
    await sm.online({ kind: "enabled", element: nonza("<enabled/>") }, jid);
    expect(await sm.resumption()).toBeNull();
    for (const value of ["", "{}", "null", '{"id":"x"}', "not json"])
      expect(await make({ value }).sm.resumption()).toBeNull();
  });
});

describe("stream management counters", () => {
  it("wrap at 2^32", async () => {
    const kept = { id: "x", jid, location: null, handled: 0xffff_ffff, acked: 0xffff_fffe, queue: [] };
    const { sm, events, written, send } = make({ value: JSON.stringify(kept) });
    await sm.online({ kind: "resumed", element: nonza("<resumed h='4294967294' previd='x'/>") }, jid);
    for (const id of ["a", "b", "c"]) await send(id);
    sm.handled();
    sm.nonza(nonza("<r/>"));
    await vi.waitFor(() => expect(written).toContain('<a xmlns="urn:xmpp:sm:3" h="0"/>'));
    sm.nonza(nonza("<a h='1'/>"));
    await vi.waitFor(() => expect(events).toEqual([{ type: "acked", tags: ["a", "b", "c"] }]));
    sm.offline();
  });

  it("are parsed strictly", () => {
    expect([readH("0"), readH("4294967295"), readH("4294967296"), readH(" 1"), readH("0x1"), readH(undefined)]).toEqual(
      [0, 4294967295, null, null, null, null],
    );
    expect([beyond(1, 0xffff_ffff), beyond(5, 5), wrap(2 ** 32)]).toEqual([2, 0, 0]);
  });
});
