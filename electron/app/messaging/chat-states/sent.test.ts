import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BareJid, FullJid } from "../../../../shared/jid.ts";
import type { Conversation } from "../../../model/conversation.ts";
import type { Inbound } from "../../../model/message.ts";
import { createSentChatStates, type SentChatStates } from "./sent.ts";

const own = "me@example.org" as BareJid;
const bob = { jid: "bob@example.org" as BareJid, kind: "contact" } as const;
const room = { jid: "tea@rooms.example.org" as BareJid, kind: "room" } as const;
const ann = { jid: "tea@rooms.example.org/Ann" as FullJid, kind: "private" } as const;

let sent: string[];
let states: SentChatStates;
let scene: {
  isOn: boolean;
  isOnline: boolean;
  mayKnow: boolean;
  isThere: boolean;
  role: string;
  group: boolean;
  people: number;
};
beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  scene = { isOn: true, isOnline: true, mayKnow: true, isThere: true, role: "participant", group: true, people: 3 };
  states = createSentChatStates({
    settings: () => ({ sendChatStates: scene.isOn }),
    client: () =>
      ({
        state: { state: scene.isOnline ? "online" : "waiting" },
        messages: { chatState: async ({ jid }: Conversation, state: string) => void sent.push(`${jid} ${state}`) },
      }) as never,
    receipts: { mayKnow: () => scene.mayKnow },
    isThere: () => scene.isThere,
    rooms: {
      get: () => ({ nickname: "me" }),
      isIn: () => true,
      isPrivateGroup: () => scene.group,
      occupants: {
        count: () => scene.people,
        get: (_: BareJid, nickname: string) => (nickname === "Gone" ? null : { role: scene.role }),
      },
    } as never,
    own,
  });
});
afterEach(() => void vi.useRealTimers());

/** A message or state of the other side. */
const heard = (conversation: Conversation, more: Partial<Inbound> = {}): void =>
  states.heard({
    conversation,
    author: { outgoing: false, address: bob.jid, occupant: null, occupancy: null },
    payload: { kind: "chat-state", state: "active" },
    ...more,
  });
const told = (): string[] => sent.splice(0).map((one) => one.split(" ")[1]!);

describe("chat states of ours (XEP-0085)", () => {
  it("say composing once, paused when nothing is typed any more, and active when the text is taken back", () => {
    heard(bob);
    for (let n = 0; n < 5; n++) {
      states.typed(bob, false);
      vi.advanceTimersByTime(3_000);
    }
    expect(told()).toEqual(["composing"]);
    vi.advanceTimersByTime(6_000);
    expect(told()).toEqual(["paused"]);
    vi.advanceTimersByTime(60_000);
    states.typed(bob, false);
    states.typed(bob, true);
    states.typed(bob, true);
    vi.advanceTimersByTime(60_000);
    expect(told()).toEqual(["composing", "active"]);
  });

  it("say inactive when another chat is opened, and gone when this one is closed, if anything was said before", () => {
    heard(bob);
    states.left(bob);
    states.left(bob, true);
    expect(told()).toEqual([]);
    states.typed(bob, false);
    states.left(bob);
    states.left(bob);
    states.left(bob, true);
    states.left(bob, true);
    vi.advanceTimersByTime(60_000);
    expect(told()).toEqual(["composing", "inactive", "gone"]);
  });

  it("go with a text as active, and the next letter says composing again", () => {
    heard(bob);
    states.typed(bob, false);
    expect(states.sending(bob)).toBe(true);
    vi.advanceTimersByTime(60_000);
    states.typed(bob, false);
    expect(told()).toEqual(["composing", "composing"]);
  });

  it("begin only after the other side has shown support, and end when it writes without (§5.1)", () => {
    states.typed(bob, false);
    expect(told()).toEqual([]);
    expect(states.sending(bob)).toBe(true);
    heard(bob, { payload: { kind: "text", body: "hi" }, chatState: "active" });
    states.typed(bob, false);
    expect(told()).toEqual(["composing"]);
    heard(bob, { payload: { kind: "text", body: "from an older program" } });
    states.typed(bob, false);
    expect([told(), states.sending(bob)]).toEqual([[], false]);
    heard(bob, { payload: { kind: "retraction", target: "x" } });
    expect(states.sending(bob)).toBe(false);
    heard(bob);
    states.typed(bob, false);
    expect(told()).toEqual(["composing"]);
  });

  it.each([
    ["the user does not want it", { isOn: false }],
    ["to a stranger", { mayKnow: false }],
    ["without a connection", { isOnline: false }],
    ["to a contact who is offline", { isThere: false }],
  ])("are not sent: %s", (_, change) => {
    heard(bob);
    Object.assign(scene, change);
    states.typed(bob, false);
    states.left(bob);
    vi.advanceTimersByTime(60_000);
    expect(told()).toEqual([]);
  });

  it("are not in a text for a stranger, nor if the user does not want it", () => {
    expect(states.sending(bob)).toBe(true);
    scene.mayKnow = false;
    expect(states.sending(bob)).toBe(false);
    Object.assign(scene, { mayKnow: true, isOn: false });
    expect(states.sending(bob)).toBe(false);
    expect(states.sending({ jid: own, kind: "contact" })).toBe(false);
  });

  it("in a small private group are composing and paused only (§5.5)", () => {
    states.typed(room, false);
    states.typed(room, true);
    states.typed(room, false);
    states.left(room);
    states.left(room, true);
    expect(told()).toEqual(["composing", "paused", "composing", "paused"]);
    expect(states.sending(room)).toBe(false);
    states.typed(room, false);
    expect(told()).toEqual(["composing"]);
  });

  it.each([
    ["everybody may enter", { group: false }],
    ["has many occupants", { people: 31 }],
    ["has nobody else", { people: 1 }],
    ["gives us no voice", { role: "visitor" }],
  ])("are not sent to a room that %s", (_, change) => {
    Object.assign(scene, change);
    states.typed(room, false);
    expect(told()).toEqual([]);
  });

  it("in private go to the occupant who has shown support and is there", () => {
    states.typed(ann, false);
    expect([told(), states.sending(ann)]).toEqual([[], true]);
    heard(ann);
    states.typed(ann, false);
    const gone = { jid: "tea@rooms.example.org/Gone" as FullJid, kind: "private" } as const;
    heard(gone);
    states.typed(gone, false);
    expect(sent).toEqual([`${ann.jid} composing`]);
  });

  it("start again in the next session", () => {
    heard(bob);
    states.typed(bob, false);
    states.offline();
    vi.advanceTimersByTime(60_000);
    states.left(bob);
    states.typed(bob, false);
    expect(told()).toEqual(["composing", "composing"]);
  });
});
