/** Rooms that are hostile, slow, or of an old service. */
import xml, { type Element } from "@xmpp/xml";
import { expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { stanzaError } from "../stream/iq.ts";
import { began, fixture, give, stanza } from "../testing/feature.ts";
import { MOST_OCCUPANTS, muc } from "./index.ts";

const room = "salon@muc.example.org" as BareJid;
const presence = (nickname: string, more = ""): string =>
  `<presence from='${room}/${nickname}'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant'/>${more}</x></presence>`;

async function entering(shown: () => Element[] = () => []) {
  const it = fixture();
  const feature = muc(it.ports, { pageOf: () => Promise.reject(new Error("no archive")) }, shown);
  await feature.intents.join({ room, nickname: "alice", password: null, since: null });
  const told = () =>
    it.events.flatMap((event) =>
      event.type === "room.occupants" ? [event.changed.map(({ nickname }) => nickname)] : [],
    );
  return { ...it, feature, told };
}

it("reports an occupant once who leaves and returns repeatedly while we join", async () => {
  const { feature, told } = await entering();
  for (let n = 0; n < 500; n++) await give(feature, presence(`bob${n % 2}`));
  expect(told()).toEqual([]);
  await give(feature, presence("alice", "<status code='110'/>"));
  expect(told()).toEqual([["bob0", "bob1", "alice"]]);
  await give(feature, presence("alice", "<status code='110'/>"));
  expect(told()[1]).toEqual(["alice"]);
  await feature.intents.leave(room);
});

it(`keeps the first ${MOST_OCCUPANTS} occupants of a room, and always ourselves`, async () => {
  const { feature, told } = await entering();
  for (let n = 0; n < MOST_OCCUPANTS + 50; n++) await give(feature, presence(`u${n}`));
  await give(feature, presence("alice", "<status code='110'/>"));
  expect(told()[0]).toHaveLength(MOST_OCCUPANTS + 1);
  await give(feature, presence("one-more"));
  expect(told()).toHaveLength(1);
  await feature.intents.leave(room);
});

it("keeps occupants, texts and subjects of nicknames that RFC 7622 refuses, under the nickname that the room gave", async () => {
  const { feature, told, events } = await entering();
  const nicknames = ["\u{1F469}\u200D\u{1F680}", "Anna \u2764\uFE0F"];
  for (const nickname of nicknames) await give(feature, presence(nickname));
  await give(feature, presence("alice", "<status code='110'/>"));
  expect(told()).toEqual([[...nicknames, "alice"]]);
  for (const nickname of nicknames)
    for (const content of ["<subject>Tea</subject>", "<body>Hello</body>"])
      await give(feature, `<message type='groupchat' id='1' from='${room}/${nickname}'>${content}</message>`);
  expect(
    events.flatMap((event) => (event.type === "inbound" ? [event.inbound.author.occupant?.nickname] : [])),
  ).toEqual(nicknames);
  expect(events.flatMap((event) => (event.type === "room.subject" ? [event.by] : []))).toEqual(nicknames);
  await feature.intents.leave(room);
});

it("counts only occupants of a room that we are in as joined", async () => {
  const { feature } = await entering();
  expect(feature.isJoined(room)).toBe(false);
  await give(feature, presence("alice", "<status code='110'/>"));
  expect([feature.isJoined(room), feature.isJoined("other@muc.example.org" as BareJid)]).toEqual([true, false]);
  await feature.intents.leave(room);
  expect(feature.isJoined(room)).toBe(false);
});

it("keeps a room joined before this feature's turn in the session, and drops one of the previous session", async () => {
  const { feature } = await entering();
  const begun = { resumed: false, continues: false, bound: null, features: null } as never;
  await feature.online!(begun);
  await give(feature, presence("alice", "<status code='110'/>"));
  expect(feature.isJoined(room)).toBe(true);
  feature.offline!();
  await feature.online!(begun);
  expect(feature.isJoined(room)).toBe(false);
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const selfPing = (condition: string): Element =>
  stanza(
    `<iq type='error'><error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
  );

it.each([
  ["gone", false],
  ["forbidden", false],
  ["internal-server-error", false],
  ["registration-required", false],
  ["recipient-unavailable", false],
  ["not-acceptable", false],
  ["service-unavailable", true],
  ["feature-not-implemented", true],
  ["item-not-found", true],
  ["remote-server-not-found", true],
  ["remote-server-timeout", true],
])("a self-ping answered by %s means that we are still in: %s (XEP-0410 §3.2)", async (condition, isIn) => {
  const { feature, answers, events } = await entering();
  await give(feature, presence("alice", "<status code='110'/>"));
  answers.push(() => {
    throw stanzaError(selfPing(condition));
  });
  await feature.online!(began(true));
  await vi.waitFor(() => expect(answers).toEqual([]));
  await settled();
  const out = events.filter((event) => event.type === "room.out");
  expect([feature.isJoined(room), out.map(({ problem }) => problem)]).toEqual([isIn, isIn ? [] : ["lost"]]);
});

it("recognizes its own presence by the real JID if the room does not mark it with 110", async () => {
  const { feature, events } = await entering();
  await give(feature, presence("bob"));
  const own = (role: string): string =>
    `<presence from='${room}/alice'><x xmlns='http://jabber.org/protocol/muc#user'><item jid='alice@example.org/balcony' affiliation='none' role='${role}'/></x></presence>`;
  await give(feature, own("participant"));
  expect(feature.isJoined(room)).toBe(true);
  await give(feature, own("moderator"));
  expect(events.filter((event) => event.type === "room.self")).toMatchObject([{ role: "moderator" }]);
});

it("recognizes its own presence by the nickname once the subject has arrived, if the room marks nothing", async () => {
  const { feature, told } = await entering();
  await give(feature, presence("bob"));
  await give(feature, presence("alice"));
  expect(feature.isJoined(room)).toBe(false);
  await give(feature, `<message from='${room}' type='groupchat'><subject>tea</subject></message>`);
  expect([feature.isJoined(room), told()]).toEqual([true, [["bob", "alice"]]]);
});

it("counts as joined after a while in a room that marks nothing and has no subject", async () => {
  vi.useFakeTimers();
  try {
    const { feature } = await entering();
    await give(feature, presence("alice"));
    await vi.advanceTimersByTimeAsync(31_000);
    expect(feature.isJoined(room)).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

it("does not take the presence of another occupant for its own", async () => {
  const { feature } = await entering();
  await give(
    feature,
    `<presence from='${room}/alice'><x xmlns='http://jabber.org/protocol/muc#user'><item jid='mallory@evil.example/x' affiliation='none' role='none'/></x></presence>`,
  );
  expect(feature.isJoined(room)).toBe(false);
});

it("leaves the room after its own unavailable presence without a reason", async () => {
  const { feature, events } = await entering();
  await give(feature, presence("alice", "<status code='110'/>"));
  await give(feature, presence("alice", "<status code='110'/>").replace("<presence", "<presence type='unavailable'"));
  expect(events.filter((event) => event.type === "room.out")).toMatchObject([{ problem: "lost" }]);
});

it("waits for a slow room as long as it continues to list occupants", async () => {
  vi.useFakeTimers();
  try {
    const { feature, events } = await entering();
    for (let n = 0; n < 5; n++) {
      await vi.advanceTimersByTimeAsync(20_000);
      await give(feature, presence(`u${n}`));
    }
    const out = () => events.filter((event) => event.type === "room.out");
    expect(out()).toEqual([]);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(out()).toMatchObject([{ problem: "timeout" }]);
  } finally {
    vi.useRealTimers();
  }
});

it("counts the time without an answer of a room only while we read", async () => {
  vi.useFakeTimers();
  try {
    const { clock, events } = await entering();
    const out = () => events.filter((event) => event.type === "room.out");
    await vi.advanceTimersByTimeAsync(20_000);
    clock.pause();
    await vi.advanceTimersByTimeAsync(300_000);
    clock.resume();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(out()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(out()).toMatchObject([{ problem: "timeout" }]);
  } finally {
    vi.useRealTimers();
  }
});

it("takes messages that a room stamps in the author's name for history until the subject has arrived", async () => {
  const { feature, events } = await entering();
  const delayed = (id: string): string =>
    `<message from='${room}/bob' id='${id}' type='groupchat'><body>${id}</body><delay xmlns='urn:xmpp:delay' from='bob@example.net/phone' stamp='2026-01-02T03:04:05Z'/></message>`;
  await give(feature, presence("bob"));
  await give(feature, presence("alice", "<status code='110'/>"));
  await give(feature, delayed("old"));
  await give(feature, `<message from='${room}' type='groupchat'><subject>tea</subject></message>`);
  await give(feature, delayed("forged"));
  expect(events.flatMap((event) => (event.type === "inbound" ? [event.inbound.at] : []))).toEqual([
    Date.parse("2026-01-02T03:04:05Z"),
    null,
  ]);
});

it("stays joined when the session continues, although it was cut before every feature had its turn", async () => {
  const { feature } = await entering();
  await give(feature, presence("alice", "<status code='110'/>"));
  feature.offline!();
  await feature.online!({ resumed: false, continues: true, bound: null, features: null } as never);
  expect(feature.isJoined(room)).toBe(true);
});

it("sends our availability on joining, when it changes, and with a new nickname (XEP-0045 §7.7)", async () => {
  let show = "away";
  const { feature, sent } = await entering(() => [xml("show", {}, show)]);
  const shows = () => sent.map((one) => `${String(one.attrs["to"])} ${one.getChildText("show") ?? ""}`);
  expect(shows()).toEqual([`${room}/alice away`]);
  // A room that has not let us in would take this for another attempt to enter.
  show = "dnd";
  await feature.showAvailability();
  expect(sent).toHaveLength(1);
  await give(feature, presence("alice", "<status code='110'/>"));
  expect(shows().slice(1)).toEqual([`${room}/alice dnd`]);
  expect(sent[1]!.getChild("x")).toBeUndefined();
  await feature.showAvailability();
  expect(sent).toHaveLength(2);
  show = "xa";
  await feature.showAvailability();
  await feature.intents.setNickname(room, "alicia");
  expect(shows().slice(2)).toEqual([`${room}/alice xa`, `${room}/alicia xa`]);
  await feature.intents.join({ room, nickname: "alice", password: null, since: null });
  expect(shows().at(-1)).toBe(`${room}/alice xa`);
  await feature.intents.leave(room);
});
