import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Affiliation } from "../../../../shared/model/room.ts";
import { StanzaError } from "../../../xmpp/stream.ts";
import { createMembers, MOST_KEPT } from "./members.ts";

const room = "den@rooms.example.org" as BareJid;
const [ann, bob, carol] = ["ann@example.org", "bob@example.org", "carol@example.org"] as BareJid[] as [
  BareJid,
  BareJid,
  BareJid,
];

/** A room whose lists come when the test lets them. */
function setup(lists: Partial<Record<Affiliation, BareJid[]>>) {
  let answer = (): void => undefined;
  const wait = new Promise<void>((resolve) => (answer = resolve));
  let asked = 0;
  const affiliations = async (_: BareJid, affiliation: Affiliation) => {
    asked++;
    await wait;
    const list = lists[affiliation];
    if (list === undefined) throw new StanzaError("forbidden", "auth", "");
    return list.map((jid) => ({ jid, reason: "" }));
  };
  const members = createMembers(() => ({ rooms: { affiliations } as never }));
  return {
    members,
    answer: () => answer(),
    asked: () => asked,
    people: () => Object.fromEntries(members.of(room) ?? []),
  };
}
const ALL = { owner: [ann], admin: [], member: [bob] };

describe("who belongs to a room", () => {
  it("are its owners, admins and members, as its lists say, which are read once at a time", async () => {
    const { members, answer, asked, people } = setup(ALL);
    const [first, second] = [members.load(room), members.load(room)];
    expect(members.of(room)).toBeNull();
    answer();
    await Promise.all([first, second]);
    expect(people()).toEqual({ [ann]: "owner", [bob]: "member" });
    expect(asked()).toBe(3);
    expect([members.isMember(bob), members.isMember(carol)]).toEqual([true, false]);
  });
  it("are what the room said while its lists were on their way", async () => {
    const { members, answer, people } = setup(ALL);
    const done = members.load(room);
    members.put(room, bob, "outcast");
    members.put(room, carol, "member");
    answer();
    await done;
    expect(people()).toEqual({ [ann]: "owner", [carol]: "member" });
  });
  it("change by what it says later", async () => {
    const { members, answer, people } = setup(ALL);
    answer();
    expect(members.put(room, carol, "member")).toBe(false);
    await members.load(room);
    expect([
      members.put(room, bob, "member"),
      members.put(room, bob, "admin"),
      members.put(room, ann, "none"),
      members.put(room, ann, "outcast"),
    ]).toEqual([false, true, true, false]);
    expect(people()).toEqual({ [bob]: "admin" });
  });
  it("are bounded, though a hostile room makes up ever new ones, also while its lists are on their way", async () => {
    const { members, answer } = setup(ALL);
    const madeUp = (n: number) => `u${n}@evil.example` as BareJid;
    const done = members.load(room);
    for (let n = 0; n < MOST_KEPT + 50; n++) members.put(room, madeUp(n), "member");
    answer();
    await done;
    expect(members.of(room)!.size).toBe(MOST_KEPT);
    expect(members.put(room, madeUp(MOST_KEPT + 99), "member")).toBe(false);
    expect([members.of(room)!.size, members.isMember(ann)]).toEqual([MOST_KEPT, true]);
  });
  it("are not known of a room that does not tell all of them, nor of one that we have left", async () => {
    const silent = setup({ owner: [ann], member: [bob] });
    const done = silent.members.load(room);
    silent.answer();
    await expect(done).rejects.toThrow("forbidden");
    expect(silent.members.of(room)).toBeNull();
    const left = setup(ALL);
    const late = left.members.load(room);
    left.members.forget(room);
    left.answer();
    await late;
    expect(left.members.of(room)).toBeNull();
  });
});
