import { describe, expect, it } from "vitest";
import { fullJid, type BareJid } from "../../../shared/jid.ts";
import { createPresenceBoard } from "./presence-board.ts";

const bob = "bob@localhost" as BareJid;
const online = { show: "available", status: "", priority: 0, since: 1, client: "" } as const;

describe("presence board", () => {
  it("keeps every resource until it becomes unavailable", () => {
    const board = createPresenceBoard();
    board.set(fullJid("bob@localhost/a"), online);
    board.set(fullJid("bob@localhost/b"), { ...online, priority: 5, status: "here" });
    expect(board.best(bob)).toMatchObject({ resource: "b", status: "here" });
    board.set(fullJid("bob@localhost/b"), { ...online, show: "offline" });
    expect(board.resources(bob).map((one) => one.resource)).toEqual(["a"]);
    expect(board.clear()).toEqual([bob]);
    expect(board.best(bob)).toBeNull();
  });

  it("shows presence without a resource, as of gateways, until the address is unavailable as a whole", () => {
    const board = createPresenceBoard();
    board.set(bob, { ...online, status: "by ICQ" });
    expect(board.best(bob)).toMatchObject({ resource: "", status: "by ICQ" });
    board.set(fullJid("bob@localhost/a"), online);
    board.set(bob, { ...online, show: "offline" });
    expect(board.resources(bob)).toEqual([]);
  });

  it("resource exhaustion: keeps at most 64 resources of one address", () => {
    const board = createPresenceBoard();
    for (let n = 0; n < 1000; n++) board.set(fullJid(`bob@localhost/${n}`), online);
    expect(board.resources(bob)).toHaveLength(64);
    board.set(fullJid("bob@localhost/3"), { ...online, show: "dnd" });
    expect(board.resources(bob).find((one) => one.resource === "3")!.show).toBe("dnd");
  });
});
