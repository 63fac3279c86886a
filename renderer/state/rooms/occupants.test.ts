// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ACCOUNT, installCore, occupant, Refusal, ROOM, type FakeCore } from "../../testing/state.ts";
import { applyOccupants, closeOccupants, openOccupants, useOccupants, watchOccupants } from "./occupants.ts";

const KEY = { account: ACCOUNT, jid: ROOM };
const names = (): string[] => [...useOccupants.getState().byNickname.keys()];
let core: FakeCore;
beforeEach(() => {
  core = installCore();
  closeOccupants();
});

describe("the occupants of the open room", () => {
  it("are loaded by pages, the next one after the last nickname", async () => {
    core.answers["room.occupants"] = ({ after }) =>
      after === null
        ? { occupants: [occupant("a"), occupant("b")], next: "b" }
        : { occupants: [occupant("c")], next: null };
    await openOccupants(KEY);
    expect(names()).toEqual(["a", "b", "c"]);
    expect(useOccupants.getState().status).toBe("ready");
    expect(core.calls.map((one) => (one.args as { after: string | null }).after)).toEqual([null, "b"]);
  });

  it("keep changes that arrived while pages were loading, because they are newer", async () => {
    let answer: (value: unknown) => void = () => undefined;
    core.answers["room.occupants"] = () => new Promise((resolve) => (answer = resolve));
    const opened = openOccupants(KEY);
    applyOccupants([{ rooms: [{ ...KEY, changed: [occupant("a", { role: "moderator" })], removed: ["b"] }] }]);
    answer({ occupants: [occupant("a"), occupant("b"), occupant("c")], next: null });
    await opened;
    expect(names().sort()).toEqual(["a", "c"]);
    expect(useOccupants.getState().byNickname.get("a")?.role).toBe("moderator");
  });

  it("ignore changes of other rooms, and of a room that was closed in the meantime", async () => {
    let answer: (value: unknown) => void = () => undefined;
    core.answers["room.occupants"] = () => new Promise((resolve) => (answer = resolve));
    const opened = openOccupants(KEY);
    applyOccupants([
      {
        rooms: [
          { account: ACCOUNT, jid: "other@rooms.example.org" as typeof ROOM, changed: [occupant("x")], removed: [] },
        ],
      },
    ]);
    closeOccupants();
    answer({ occupants: [occupant("a")], next: null });
    await opened;
    expect(names()).toEqual([]);
  });

  it("are loaded once for two views, and for one that replaces another", async () => {
    core.answers["room.occupants"] = () => ({ occupants: [occupant("a")], next: null });
    const endFirst = watchOccupants(KEY);
    const endSecond = watchOccupants(KEY);
    await vi.waitFor(() => expect(useOccupants.getState().status).toBe("ready"));
    endFirst();
    endSecond();
    const endThird = watchOccupants(KEY);
    await Promise.resolve();
    expect(names()).toEqual(["a"]);
    expect(core.calls).toHaveLength(1);
    endThird();
    await Promise.resolve();
    expect(names()).toEqual([]);
  });

  it("set an error if they could not be loaded, and stop at a cursor that does not advance", async () => {
    core.answers["room.occupants"] = () => new Refusal("offline");
    await openOccupants(KEY);
    expect(useOccupants.getState().status).toBe("failed");
    core.answers["room.occupants"] = () => ({ occupants: [occupant("a")], next: "a" });
    await openOccupants(KEY);
    expect(names()).toEqual(["a"]);
  });
});

describe("a large room", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is sorted again when an occupant joins, leaves or changes role, and not for a status", () => {
    touchRoom();
    const { members } = useOccupants.getState();
    applyOccupants([{ rooms: [{ ...KEY, changed: [occupant("n1", { status: "lunch" })], removed: [] }] }]);
    expect(useOccupants.getState().members).toBe(members);
    expect(useOccupants.getState().byNickname.get("n1")?.status).toBe("lunch");
    for (const [changed, removed] of [
      [[occupant("n1", { role: "moderator" })], []],
      [[occupant("new")], []],
      [[], ["n1"]],
    ] as const) {
      const before = useOccupants.getState().members;
      applyOccupants([{ rooms: [{ ...KEY, changed: [...changed], removed: [...removed] }] }]);
      expect(useOccupants.getState().members).toBe(before + 1);
    }
  });

  it("is sorted a few times a second at most, and never misses the last change", () => {
    touchRoom();
    applyOccupants([
      { rooms: [{ ...KEY, changed: Array.from({ length: 5_000 }, (_, index) => occupant(`m${index}`)), removed: [] }] },
    ]);
    const { members } = useOccupants.getState();
    for (let frame = 0; frame < 60; frame++) {
      applyOccupants([{ rooms: [{ ...KEY, changed: [occupant(`late${frame}`)], removed: [] }] }]);
      vi.advanceTimersByTime(16);
    }
    vi.advanceTimersByTime(1_000);
    const orders = useOccupants.getState().members - members;
    expect(orders).toBeGreaterThanOrEqual(1);
    expect(orders).toBeLessThanOrEqual(6);
    expect(names()).toContain("late59");
    applyOccupants([{ rooms: [{ ...KEY, changed: [], removed: ["late59"] }] }]);
    const last = useOccupants.getState().members;
    vi.advanceTimersByTime(1_000);
    expect(useOccupants.getState().members).toBe(last + 1);
  });

  function touchRoom(): void {
    core.answers["room.occupants"] = () => new Promise(() => undefined);
    void openOccupants(KEY);
    applyOccupants([{ rooms: [{ ...KEY, changed: [occupant("n1")], removed: [] }] }]);
  }
});
