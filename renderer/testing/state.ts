/** A fake core for tests of the window: answers commands from a table, and sends events on request. */
import { configure } from "@testing-library/react";
import { chatOf, messageOf, roomOf } from "../../shared/testing/messages.ts";
import type { Bridge, CommandInput, CommandName, ErrorCode, EventName, EventPayload } from "../../shared/ipc/index.ts";
import type { Chat } from "../../shared/model/chat.ts";
import type { Contact } from "../../shared/model/contact.ts";
import type { Device } from "../../shared/model/encryption.ts";
import type { Message } from "../../shared/model/message.ts";
import type { Invitation, Occupant, Room } from "../../shared/model/room.ts";

// A loaded machine may need long to load a part of the window; a missing one is still detected.
configure({ asyncUtilTimeout: 15_000 });

export const ACCOUNT = "accountone" as Contact["account"];
export const ROOM = "birds@rooms.example.org" as Contact["jid"];
export const BOB = "bob@example.org" as Contact["jid"];

export const contact = (change: Partial<Contact> = {}): Contact => ({
  account: ACCOUNT,
  jid: BOB,
  name: "Bob",
  groups: [],
  subscription: "both",
  asked: false,
  show: "available",
  status: "",
  ...change,
});

export const message = (id: number, change: Partial<Message> = {}): Message =>
  messageOf(id, {
    account: ACCOUNT,
    chat: BOB,
    position: id * 1000,
    from: BOB,
    sentAt: 1_700_000_000_000 + id * 1000,
    ...change,
  });

export const chat = (change: Partial<Chat> = {}): Chat =>
  chatOf({ account: ACCOUNT, jid: BOB, activityAt: 1_700_000_000_000, ...change });

export const device = (id: number, change: Partial<Device> = {}): Device => ({
  id,
  fingerprint: id.toString(16).padStart(8, "0").repeat(8),
  trust: "trusted",
  active: true,
  own: false,
  label: null,
  firstSeenAt: 1_700_000_000_000,
  lastUsedAt: null,
  changedFingerprint: null,
  bundle: "ok",
  ...change,
});

export const room = (change: Partial<Room> = {}): Room =>
  roomOf("birds", {
    account: ACCOUNT,
    jid: ROOM,
    name: "Birds",
    nickname: "alice",
    self: { role: "participant", affiliation: "none" },
    occupants: 2,
    ...change,
  });

export const occupant = (nickname: string, change: Partial<Occupant> = {}): Occupant => ({
  nickname,
  occupantId: null,
  jid: null,
  role: "participant",
  affiliation: "none",
  show: "available",
  status: "",
  hats: [],
  self: false,
  ...change,
});

export const invitation = (change: Partial<Invitation> = {}): Invitation => ({
  account: ACCOUNT,
  room: ROOM,
  from: BOB,
  nickname: null,
  known: true,
  contact: null,
  reason: "",
  receivedAt: 1_700_000_000_000,
  ...change,
});

/** Makes a command fail. */
export class Refusal {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    this.code = code;
  }
}

type Answers = { [N in CommandName]?: (args: CommandInput<N>) => unknown };

export interface FakeCore {
  answers: Answers;
  calls: { name: CommandName; args: unknown }[];
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void;
}

/** Installs a core as `window.jackdaw`. A command without an answer gets `null`. */
export function installCore(answers: Answers = {}): FakeCore {
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const core: FakeCore = {
    answers,
    calls: [],
    emit(name, payload) {
      for (const listener of listeners.get(name) ?? []) listener(payload as never);
    },
  };
  const bridge = {
    async invoke(name: CommandName, args: unknown) {
      core.calls.push({ name, args });
      const value: unknown = await (core.answers[name] as ((args: unknown) => unknown) | undefined)?.(args);
      if (value instanceof Refusal)
        return { ok: false, error: { code: value.code, message: value.code, retryable: true } };
      return { ok: true, value: value ?? null };
    },
    subscribe(name: EventName, listener: (payload: never) => void) {
      let of = listeners.get(name);
      if (of === undefined) listeners.set(name, (of = new Set()));
      of.add(listener);
      return () => void listeners.get(name)?.delete(listener);
    },
  };
  Object.defineProperty(window, "jackdaw", { value: bridge as unknown as Bridge, configurable: true });
  return core;
}
