// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ACCOUNT, installCore, occupant, Refusal, ROOM, type FakeCore } from "./fixture.ts";
import { applyOccupants, closeOccupants, openOccupants, useOccupants, watchOccupants } from "./occupants.ts";

const KEY = { account: ACCOUNT, jid: ROOM };
const names = (): string[] => [...useOccupants.getState().byNickname.keys()];
let core: FakeCore;
beforeEach(() => {
  core = installCore();
  closeOccupants();
});

describe("who is in the open room", () => {
  it("comes by pages, the next one after the last nickname", async () => {
    core.answers["room.occupants"] = ({ after }) => (after === null ? { occupants: [occupant("a"), occupant("b")], next: "b" } : { occupants: [occupant("c")], next: null });
    await openOccupants(KEY);
    expect(names()).toEqual(["a", "b", "c"]);
    expect(useOccupants.getState().status).toBe("ready");
    expect(core.calls.map((one) => (one.args as { after: string | null }).after)).toEqual([null, "b"]);
  });

  it("keeps what changed while the pages were read, for it is newer", async () => {
    let answer: (value: unknown) => void = () => undefined;
    core.answers["room.occupants"] = () => new Promise((resolve) => (answer = resolve));
    const opened = openOccupants(KEY);
    applyOccupants([{ rooms: [{ ...KEY, changed: [occupant("a", { role: "moderator" })], removed: ["b"] }] }]);
    answer({ occupants: [occupant("a"), occupant("b"), occupant("c")], next: null });
    await opened;
    expect(names().sort()).toEqual(["a", "c"]);
    expect(useOccupants.getState().byNickname.get("a")?.role).toBe("moderator");
  });

  it("takes nothing of other rooms, and nothing of a room that was closed meanwhile", async () => {
    let answer: (value: unknown) => void = () => undefined;
    core.answers["room.occupants"] = () => new Promise((resolve) => (answer = resolve));
    const opened = openOccupants(KEY);
    applyOccupants([{ rooms: [{ account: ACCOUNT, jid: "other@rooms.example.org" as typeof ROOM, changed: [occupant("x")], removed: [] }] }]);
    closeOccupants();
    answer({ occupants: [occupant("a")], next: null });
    await opened;
    expect(names()).toEqual([]);
  });

  it("is read once for two views, and for one that takes the place of another", async () => {
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

  it("says when it could not be read, and ends where a page leads nowhere", async () => {
    core.answers["room.occupants"] = () => new Refusal("offline");
    await openOccupants(KEY);
    expect(useOccupants.getState().status).toBe("failed");
    core.answers["room.occupants"] = () => ({ occupants: [occupant("a")], next: "a" });
    await openOccupants(KEY);
    expect(names()).toEqual(["a"]);
  });
});
