import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Affiliation } from "../../../../shared/model/room.ts";
import { StanzaError } from "../../../xmpp/stream.ts";
import { createMembers, MAX_MEMBERS } from "./members.ts";

const room = "den@rooms.example.org" as BareJid;
const [ann, bob, carol] = ["ann@example.org", "bob@example.org", "carol@example.org"] as BareJid[] as [
  BareJid,
  BareJid,
  BareJid,
];

/** A room whose member lists arrive when the test allows it. */
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

describe("the members of a room", () => {
  it("are its owners, admins and members from its lists, which are read once at a time", async () => {
    const { members, answer, asked, people } = setup(ALL);
    const [first, second] = [members.load(room), members.load(room)];
    expect(members.of(room)).toBeNull();
    answer();
    await Promise.all([first, second]);
    expect(people()).toEqual({ [ann]: "owner", [bob]: "member" });
    expect(asked()).toBe(3);
    expect([members.isMember(bob), members.isMember(carol)]).toEqual([true, false]);
  });
  it("are not domains: a domain stands for all its users and has no keys (XEP-0045 §9.2)", async () => {
    const domain = "example.org" as BareJid;
    const { members, answer, people } = setup({ owner: [ann], admin: [domain], member: [bob] });
    const done = members.load(room);
    members.put(room, "example.net" as BareJid, "member");
    answer();
    await done;
    expect(members.put(room, domain, "member")).toBe(false);
    expect(people()).toEqual({ [ann]: "owner", [bob]: "member" });
    expect(members.isMember(domain)).toBe(false);
  });
  it("include changes announced while the lists were being read", async () => {
    const { members, answer, people } = setup(ALL);
    const done = members.load(room);
    members.put(room, bob, "outcast");
    members.put(room, carol, "member");
    answer();
    await done;
    expect(people()).toEqual({ [ann]: "owner", [carol]: "member" });
  });
  it("include changes announced later", async () => {
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
  it("are limited in number, also while the lists are being read, if a hostile room invents new ones", async () => {
    const { members, answer } = setup(ALL);
    const madeUp = (n: number) => `u${n}@evil.example` as BareJid;
    const done = members.load(room);
    for (let n = 0; n < MAX_MEMBERS + 50; n++) members.put(room, madeUp(n), "member");
    answer();
    await done;
    expect(members.of(room)!.size).toBe(MAX_MEMBERS);
    expect(members.put(room, madeUp(MAX_MEMBERS + 99), "member")).toBe(false);
    expect([members.of(room)!.size, members.isMember(ann)]).toEqual([MAX_MEMBERS, true]);
  });
  it("are unknown in a room that does not disclose all of them, or that we have left", async () => {
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
