import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventPayload } from "../../../../shared/ipc/index.ts";
import type { BareJid, Jid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Payload } from "../../../model/payload.ts";
import { createReceivedChatStates, type ReceivedChatStates } from "./received.ts";

const account = "account00001" as AccountId;
const bob = "bob@example.org" as BareJid;
const room = "tea@rooms.example.org" as BareJid;
const composing: Payload = { kind: "chat-state", state: "composing" };

let events: EventPayload<"chatStates.changed">["chats"][];
let states: ReceivedChatStates;
beforeEach(() => {
  vi.useFakeTimers();
  events = [];
  states = createReceivedChatStates(account, {
    publish: (_, payload) => void events.push((payload as EventPayload<"chatStates.changed">).chats),
    isKnown: (jid) => jid.endsWith("@example.org"),
  });
});
afterEach(() => void vi.useRealTimers());

const contact = (payload: Payload = composing, jid: BareJid = bob, outgoing = false): void =>
  states.heard({
    conversation: { jid, kind: "contact" },
    author: { outgoing, address: jid, occupant: null, occupancy: null },
    payload,
  });
const occupant = (nickname: string, payload: Payload = composing, isPrivate = false): void =>
  states.heard({
    conversation: isPrivate ? { jid: `${room}/${nickname}` as Jid, kind: "private" } : { jid: room, kind: "room" },
    author: { outgoing: false, address: room, occupant: { nickname, occupantId: null, jid: null }, occupancy: null },
    payload,
  });
const soon = (): void => void vi.advanceTimersByTime(400);
const bobs = (count: number) => [{ account, jid: bob, names: [], count }];

describe("received chat states (XEP-0085)", () => {
  it("tell that a contact composes, and that they paused", () => {
    contact();
    soon();
    contact({ kind: "chat-state", state: "paused" });
    soon();
    expect(events).toEqual([bobs(1), bobs(0)]);
  });

  it("tell at once that a message has come", () => {
    contact();
    soon();
    contact({ kind: "text", body: "hi" });
    expect(events).toEqual([bobs(1), bobs(0)]);
  });

  it("end after 30 seconds without another one, and not before", () => {
    contact();
    vi.advanceTimersByTime(20_000);
    contact();
    vi.advanceTimersByTime(29_000);
    expect(events).toEqual([bobs(1)]);
    vi.advanceTimersByTime(2_000);
    expect(events).toEqual([bobs(1), bobs(0)]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("of a flood are one event in a moment, and none if nothing has changed in the end", () => {
    for (let n = 0; n < 10_000; n++) contact(n % 2 === 0 ? composing : { kind: "chat-state", state: "paused" });
    soon();
    expect(events).toEqual([]);
    for (let n = 0; n < 9_999; n++) contact();
    soon();
    expect(events).toEqual([bobs(1)]);
  });

  it("of strangers and of ourselves are ignored", () => {
    contact(composing, "spam@example.net" as BareJid);
    contact(composing, bob, true);
    soon();
    expect(events).toEqual([]);
  });

  it("are kept of at most 200 chats, and of 50 people in one", () => {
    for (let n = 0; n < 1_000; n++) contact(composing, `bob${n}@example.org` as BareJid);
    soon();
    expect(events[0]).toHaveLength(200);
    vi.advanceTimersByTime(31_000);
    for (let n = 0; n < 1_000; n++) occupant(`n${n}`);
    soon();
    expect(events.at(-1)).toEqual([{ account, jid: room, names: ["n0", "n1"], count: 50 }]);
  });

  it("name two people of a room, and count the others", () => {
    for (const one of ["Ann", "Ben", "Cem"]) occupant(one);
    soon();
    occupant("Ann", { kind: "text", body: "hi" });
    expect(events).toEqual([
      [{ account, jid: room, names: ["Ann", "Ben"], count: 3 }],
      [{ account, jid: room, names: ["Ben", "Cem"], count: 2 }],
    ]);
  });

  it("end when the contact goes offline, or the occupant leaves, in the room and in private", () => {
    contact();
    occupant("Ann");
    occupant("Ann", composing, true);
    soon();
    states.gone(bob);
    states.gone(room, "Ann");
    soon();
    expect(events[1]).toEqual(events[0]!.map((one) => ({ ...one, names: [], count: 0 })));
    expect(events[1]).toHaveLength(3);
  });

  it("end in a room that we leave, and everywhere when the connection is lost", () => {
    contact();
    occupant("Ann");
    occupant("Ben", composing, true);
    soon();
    states.clear(room);
    soon();
    expect(events[1]?.map(({ jid }) => jid)).toEqual([room, `${room}/Ben`]);
    states.clear();
    soon();
    expect(events[2]).toEqual(bobs(0));
    expect(vi.getTimerCount()).toBeLessThan(2);
  });
});
