import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Invitation } from "../../../shared/model/room.ts";
import { fixture, jid, me, other, T, type Fixture } from "../testing/store.ts";
import { key, received, room, said, storedRoom } from "../testing/room.ts";

let f: Fixture;
beforeEach(async () => void (f = await fixture()));
afterEach(() => f.end());

describe("rooms", () => {
  const all = () => f.store.read("rooms.all", {});

  it("are kept with all that is known of them, one for each JID and account", async () => {
    const theirs = storedRoom({ account: other, password: "open sesame", bookmarked: false, notify: "none" });
    await f.store.write({ op: "room.put", args: storedRoom() }, { op: "room.put", args: theirs });
    const changed = storedRoom({
      name: "Park",
      nickname: "I",
      password: "p",
      autojoin: false,
      bookmarked: false,
      notify: "all",
      subject: "Trees",
      archived: false,
    });
    await f.store.write({ op: "room.put", args: changed });
    await f.reopen();
    expect(await all()).toEqual([changed, theirs]);
  });

  it("change their subject and what they notify of alone", async () => {
    await f.store.write(
      { op: "room.put", args: storedRoom() },
      { op: "room.setNotify", args: { ...key, notify: "none" } },
      { op: "room.setSubject", args: { ...key, subject: "Weeds" } },
      { op: "room.setSubject", args: { account: me, jid: jid("unknown@rooms.example.org"), subject: "x" } },
    );
    expect(await all()).toEqual([storedRoom({ notify: "none", subject: "Weeds" })]);
  });

  it("are forgotten without their chat", async () => {
    await f.store.write(
      { op: "room.put", args: storedRoom() },
      { op: "chat.open", args: { ...key, kind: "room", now: T } },
    );
    await f.store.write({ op: "room.remove", args: key });
    expect(await all()).toEqual([]);
    expect(await f.chat(room)).toMatchObject({ kind: "room" });
  });

  it("make a room of a chat that was not known to be one, for good", async () => {
    const open = async (kind: "contact" | "room") =>
      (await f.store.write({ op: "chat.open", args: { ...key, kind, now: T } }))[0].kind;
    expect([await open("contact"), await open("room"), await open("contact")]).toEqual(["contact", "room", "room"]);
  });
});

it("the number on the icon counts of a room what its notices are about", async () => {
  const unread = async (notify: "all" | "mentions" | "none") => {
    await f.store.write({ op: "room.setNotify", args: { ...key, notify } });
    return f.store.read("chats.unread", {});
  };
  await f.store.write(
    { op: "room.put", args: storedRoom() },
    received(said("one")),
    received(said("two")),
    received(said("me: three", { mentionsUs: true })),
  );
  await f.receive({ body: "from a contact" });
  expect([await unread("all"), await unread("mentions"), await unread("none")]).toEqual([4, 2, 1]);
});

describe("invitations", () => {
  const invitation = (more: Partial<Invitation> = {}): Invitation => ({
    account: me,
    room,
    from: "bob@example.org",
    known: false,
    reason: "Come in",
    receivedAt: T,
    ...more,
  });
  const put = (...list: Invitation[]) =>
    f.store.write(...list.map((args) => ({ op: "invitation.put" as const, args })));
  const all = () => f.store.read("invitations.all", {});

  it("are one for each room, the newest, oldest first", async () => {
    const park = jid("park@rooms.example.org");
    await put(
      invitation(),
      invitation({ room: park, receivedAt: T + 1 }),
      invitation({ receivedAt: T + 2, reason: "Do come" }),
    );
    expect(await all()).toEqual([
      invitation({ room: park, receivedAt: T + 1 }),
      invitation({ receivedAt: T + 2, reason: "Do come" }),
    ]);
    await f.store.write({ op: "invitation.remove", args: { account: me, room: park } });
    expect(await all()).toHaveLength(1);
  });

  it("of a stranger do not replace those of a contact, but those of a contact do replace a stranger's", async () => {
    await put(
      invitation({ from: "mallory@example.net" }),
      invitation({ known: true }),
      invitation({ from: "mallory@example.net", receivedAt: T + 9 }),
    );
    expect(await all()).toEqual([invitation({ known: true })]);
  });

  it("that strangers flood us with are bounded by domain, of the room and of who invites, and leave those of contacts alone", async () => {
    const flood = (more: (n: number) => Partial<Invitation>) =>
      put(...Array.from({ length: 60 }, (_, n) => invitation({ receivedAt: T + n, ...more(n) })));
    const rooms = async () => (await all()).filter(({ account }) => account === me).map((one) => one.room);
    await put(invitation({ known: true, receivedAt: 1 }), invitation({ account: other, receivedAt: 2 }));
    await flood((n) => ({ room: jid(`r${n}@evil.example`), from: `u@d${n}.example` }));
    await flood((n) => ({ room: jid(`r@d${n}.example`), from: `u${n}@bad.example` }));
    expect((await rooms()).toSorted()).toEqual(
      [room, ...Array.from({ length: 20 }, (_, n) => [`r${n}@evil.example`, `r@d${n}.example`]).flat()].toSorted(),
    );
    await flood((n) => ({ room: jid(`r${n}@example.net`), known: true }));
    expect((await rooms()).filter((one) => one.endsWith("@example.net"))).toHaveLength(19);
    expect((await all()).filter(({ account }) => account === other)).toHaveLength(1);
  });
});
