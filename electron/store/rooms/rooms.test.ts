import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Invitation } from "../../../shared/model/room.ts";
import { fixture, incoming, jid, me, other, T, type Fixture } from "../testing/store.ts";
import { key, received, room, roomText, storedRoom } from "../testing/room.ts";

let f: Fixture;
beforeEach(async () => void (f = await fixture()));
afterEach(() => f.end());

const all = () => f.store.read("rooms.all", {});

describe("rooms", () => {
  it("rooms are stored with all their fields, one per JID and account", async () => {
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

  it("rooms change their subject and notification setting separately", async () => {
    await f.store.write(
      { op: "room.put", args: storedRoom() },
      { op: "room.setNotify", args: { ...key, notify: "none" } },
      { op: "room.setSubject", args: { ...key, subject: "Weeds" } },
      { op: "room.setSubject", args: { account: me, jid: jid("unknown@rooms.example.org"), subject: "x" } },
    );
    expect(await all()).toEqual([storedRoom({ notify: "none", subject: "Weeds" })]);
  });

  it("a room turns an existing chat into the chat of a room, permanently", async () => {
    const open = async (kind: "contact" | "room") =>
      (await f.store.write({ op: "chat.open", args: { ...key, kind, now: T } }))[0].kind;
    expect([await open("contact"), await open("room"), await open("contact")]).toEqual(["contact", "room", "room"]);
  });
});

it("the unread counter of the icon counts in a room what its notification setting is about", async () => {
  const unread = async (notify: "all" | "mentions" | "none") => {
    await f.store.write({ op: "room.setNotify", args: { ...key, notify } });
    return f.store.read("chats.unread", {});
  };
  await f.store.write(
    { op: "room.put", args: storedRoom() },
    received(roomText("one")),
    received(roomText("two")),
    received(roomText("me: three", { mentionsUs: true })),
  );
  await f.receive({ body: "from a contact" });
  expect([await unread("all"), await unread("mentions"), await unread("none")]).toEqual([4, 2, 1]);
});

describe("invitations", () => {
  const invitation = (more: Partial<Invitation> = {}): Invitation => ({
    account: me,
    room,
    from: "bob@example.org",
    nickname: null,
    known: false,
    contact: null,
    reason: "Come in",
    receivedAt: T,
    ...more,
  });
  const put = (...list: Invitation[]) =>
    f.store.write(...list.map((args) => ({ op: "invitation.put" as const, args })));
  const all = () => f.store.read("invitations.all", {});

  it("invitations are one per room, the newest, in the order of arrival", async () => {
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

  it("invitations of strangers do not replace those of contacts, but the reverse", async () => {
    await put(
      invitation({ from: "mallory@example.net" }),
      invitation({ known: true }),
      invitation({ from: "mallory@example.net", receivedAt: T + 9 }),
    );
    expect(await all()).toEqual([invitation({ known: true })]);
  });

  it("invitations of contacts in the room's words replace those of strangers, and not those of the contacts themselves", async () => {
    const said = invitation({ from: `${room}/Bob`, nickname: "Bob", contact: jid("bob@example.org") });
    const direct = invitation({ from: "mallory@example.net" });
    await put(direct, said, direct);
    expect(await all()).toEqual([said]);
    await put(invitation({ known: true }), said);
    expect(await all()).toEqual([invitation({ known: true })]);
  });

  it("invitations of strangers are limited by the domain of room and inviter, and do not displace those of contacts", async () => {
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

it("gives a chat back to a person who was taken for a room, with apparent private messages", async () => {
  const { store } = f;
  await store.write(
    { op: "room.put", args: storedRoom() },
    { op: "chat.open", args: { ...key, kind: "room", now: T } },
  );
  const from = (resource: string, body: string, sentAt: number) =>
    store.write(
      incoming({
        from: room,
        chat: jid(`${room}/${resource}`),
        occupant: { nickname: resource, occupantId: null, jid: null },
        ...{ body, sentAt, messageId: body },
      }),
    );
  await from("phone", "one", T);
  await from("desk", "two", T + 1000);
  await from("phone", "three", T + 2000);
  const [{ chat, removed }] = await store.write({ op: "room.isNone", args: { account: me, jid: room } });
  expect(chat).toMatchObject({ kind: "contact", unread: 3, last: { text: "three" } });
  expect(removed.toSorted()).toEqual([`${room}/desk`, `${room}/phone`]);
  expect(await all()).toEqual([]);
  const { messages } = await store.read("messages.page", { ...key, before: null, limit: 10 });
  expect(messages.map(({ body, writer }) => [body, writer])).toEqual(
    ["one", "two", "three"].map((body) => [body, null]),
  );
});
