import { describe, expect, it, vi } from "vitest";
import { enabled, jid, make, message, nonza } from "./testing/process.ts";
import { createStreamManagement } from "./index.ts";
import { furthest, mayResume, readState } from "./state.ts";

describe("stream management: persisted queue", () => {
  it("contains each stanza before it is written, however many are waiting", async () => {
    let release: (() => void)[] = [];
    let kept: string | null = null;
    const sm = createStreamManagement({
      accountState: {
        get: async () => null,
        async set(_key, value) {
          await new Promise<void>((resolve) => release.push(resolve));
          kept = value;
        },
      },
      emit: async () => undefined,
      write: async () => undefined,
      now: () => performance.now(),
      silentFor: () => 0,
      dead: () => undefined,
    });
    const step = async (): Promise<void> => {
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      for (const one of release.splice(0)) one();
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    };
    const online = sm.online(enabled, jid);
    for (let n = 0; n < 3; n++) await step();
    await online;
    const unrecorded: string[] = [];
    const sends = ["a", "b", "c", "d"].map((id) =>
      sm
        .outgoing(message(id), id)
        .then(() => readState(kept)!.queue.some((one) => one.tag === id) || unrecorded.push(id)),
    );
    for (let n = 0; n < 10; n++) await step();
    await Promise.all(sends);
    expect(unrecorded).toEqual([]);
    release = [];
  });
});

describe("stream management: handled count", () => {
  it("is sent in order although it is persisted before each time", async () => {
    const { sm, written } = make();
    await sm.online(enabled, jid);
    for (let n = 0; n < 5; n++) {
      sm.handled();
      sm.nonza(nonza("<r/>"));
    }
    await vi.waitFor(() => expect(written.at(-1)).toContain('h="5"'));
    const told = written.flatMap((text) => /^<a .*h="(\d+)"/.exec(text)?.[1] ?? []).map(Number);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  it("is persisted before it is sent, and does not decrease after a restart", async () => {
    const accountState = { value: null as string | null };
    const { sm, written } = make(accountState);
    await sm.online(enabled, jid);
    for (let n = 0; n < 3; n++) sm.handled();
    sm.nonza(nonza("<r/>"));
    await vi.waitFor(() => expect(written.some((text) => text.startsWith("<a "))).toBe(true));
    expect(await make(accountState).sm.resumption()).toMatchObject({ h: 3 });
  });

  it("does not resume a session after the time announced by the server", () => {
    const state = {
      ...readState(JSON.stringify({ id: "s", jid, location: null, handled: 0, acked: 0, queue: [] }))!,
      max: 300,
    };
    expect(state.lostAt).toBeNull();
    expect(mayResume(state, 1e15)).toBe(true);
    expect(mayResume({ ...state, lostAt: 1_000_000 }, 1_300_000)).toBe(true);
    expect(mayResume({ ...state, lostAt: 1_000_000 }, 1_300_001)).toBe(false);
    expect(mayResume({ ...state, lostAt: 1_000_000 }, 5)).toBe(true);
    expect(mayResume({ ...state, lostAt: 1_000_000, max: null }, 1e15)).toBe(true);
  });

  it("includes stanzas committed together with a message, of the same session only", async () => {
    const one = make();
    await one.sm.online(enabled, jid);
    expect(one.sm.record()).toBe("some-id 1");
    expect(furthest({ ...readState(one.accountState.value)!, handled: 4 }, "some-id 7")).toBe(7);
    expect(furthest({ ...readState(one.accountState.value)!, handled: 4 }, "some-id 2")).toBe(4);
    expect(furthest({ ...readState(one.accountState.value)!, handled: 0xffff_fffe }, "some-id 1")).toBe(1);
    for (const kept of ["another 7", "7", "", "some-id -1", "some-id 99999999999", null]) {
      expect(furthest({ ...readState(one.accountState.value)!, handled: 4 }, kept)).toBe(4);
    }
  });
});
