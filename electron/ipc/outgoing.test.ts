import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bareJid } from "../../shared/jid.ts";
import { commands, events, type CommandName } from "../../shared/ipc/index.ts";
import type { Handlers } from "../app/host.ts";
import { onLogEntry } from "../log/log.ts";
import { createDispatch } from "./dispatch.ts";
import { chatOf, messageOf, roomOf } from "../../shared/testing/messages.ts";
import { outgoing } from "./outgoing.ts";

const rooms = (list: unknown) => outgoing(commands["room.list"].result, "room.list", { rooms: list });
const names = (checked: ReturnType<typeof outgoing>): string[] =>
  checked.fits ? (checked.value as { rooms: { name: string }[] }).rooms.map(({ name }) => name) : ["none fits"];

/** Values that neither a stanza nor a bug may bring into a window. */
const HOSTILE: [string, () => unknown][] = [
  ["a function", () => () => undefined],
  ["a function of the prototype", () => Object.prototype.constructor],
  ["a symbol", () => Symbol("x")],
  ["a big integer", () => 10n],
  ["a promise", () => Promise.resolve()],
  ["a weak map", () => new WeakMap()],
  ["undefined", () => undefined],
  ["no number", () => NaN],
  ["null", () => null],
  [
    "a getter that throws",
    () => ({
      get jid() {
        throw new Error("read");
      },
    }),
  ],
  [
    "a proxy that throws",
    () =>
      new Proxy(
        {},
        {
          get() {
            throw new Error("read");
          },
          has() {
            throw new Error("asked");
          },
        },
      ),
  ],
  [
    "a circle",
    () => {
      const circle: Record<string, unknown> = {};
      return (circle["self"] = circle);
    },
  ],
];

describe("values for a window", () => {
  let lines: string[];
  let end: () => void;
  beforeEach(() => {
    lines = [];
    end = onLogEntry(({ level, text }) => level === "warn" && lines.push(text));
  });
  afterEach(() => end());

  it("stay unchanged when valid", () => {
    const page = {
      messages: [
        messageOf(1, { reactions: [{ emoji: "👍", count: 2, own: true, names: ["Bob"] }] }),
        messageOf(2, {
          writer: { nickname: "Bob", occupantId: null, jid: bareJid("bob@localhost") },
          protection: { kind: "omemo", device: 1, trust: "trusted", problem: null },
        }),
      ],
      older: 1,
      missing: false,
    };
    expect(outgoing(commands["message.page"].result, "message.page", page)).toEqual({ fits: true, value: page });
    const changed = {
      changed: [roomOf("tea", { state: { state: "out", problem: "kicked", text: "go", by: "Bob", alternate: null } })],
      removed: [],
    };
    expect(outgoing(events["rooms.changed"], "rooms.changed", changed)).toEqual({ fits: true, value: changed });
    expect(lines).toEqual([]);
  });

  it.each(HOSTILE)("lose only a list item that is %s, with a log line", (_name, make) => {
    expect(names(rooms([roomOf("tea"), make(), roomOf("milk")]))).toEqual(["tea", "milk"]);
    expect(lines).toEqual([expect.stringMatching(/^room\.list: left out rooms\.1: /)]);
  });

  it.each(HOSTILE)("lose only a list item that contains %s", (_name, make) => {
    expect(names(rooms([roomOf("tea"), { ...roomOf("milk"), state: { state: "out", problem: make() } }]))).toEqual([
      "tea",
    ]);
  });

  it.each(HOSTILE)("can be cloned and serialized as JSON when an unknown field holds %s", (_name, make) => {
    const checked = rooms([{ ...roomOf("tea"), unheardOf: make() }]);
    expect(names(checked)).toEqual(["tea"]);
    expect(structuredClone(checked)).toEqual({ fits: true, value: { rooms: [roomOf("tea")] } });
    expect(JSON.parse(JSON.stringify(checked))).toEqual({ fits: true, value: { rooms: [roomOf("tea")] } });
  });

  it("lose only the invalid item of a nested list", () => {
    const occupant = {
      nickname: "Bob",
      occupantId: null,
      jid: null,
      role: "participant",
      affiliation: "none",
      show: "available",
      status: "",
      hats: [],
      self: false,
    };
    const room = { account: "account00001", jid: "tea@conference.localhost" };
    const changed = {
      rooms: [{ ...room, changed: [occupant, { ...occupant, show: "dancing" }], removed: ["Carol", 5] }],
    };
    expect(outgoing(events["occupants.changed"], "occupants.changed", changed)).toEqual({
      fits: true,
      value: { rooms: [{ ...room, changed: [occupant], removed: ["Carol"] }] },
    });
  });

  it("keep a message with an invalid reaction, and a list with too many items", () => {
    const reaction = {
      emoji: "👍",
      count: 1,
      own: false,
      names: Array.from({ length: 30 }, (_, index) => `n${index}`),
    };
    const chat = {
      chat: chatOf(),
      page: {
        messages: [messageOf(1, { reactions: [reaction, { ...reaction, emoji: "<b>" }] })],
        older: null,
        missing: false,
      },
    };
    const checked = outgoing(commands["chat.open"].result, "chat.open", chat);
    const kept = { ...reaction, names: reaction.names.slice(0, 20) };
    expect(checked).toEqual({
      fits: true,
      value: { ...chat, page: { ...chat.page, messages: [messageOf(1, { reactions: [kept] })] } },
    });
  });

  it("are shortened when too long, so that no message, contact or room is lost", () => {
    const checked = rooms([roomOf("tea", { subject: "s".repeat(5_000), name: "n".repeat(300) })]);
    expect(checked).toEqual({
      fits: true,
      value: { rooms: [roomOf("tea", { subject: "s".repeat(4_096), name: "n".repeat(256) })] },
    });
  });

  it("may have more fields than the key in a removed item", () => {
    const checked = outgoing(events["rooms.changed"], "rooms.changed", { changed: [], removed: [roomOf("tea")] });
    expect(checked).toEqual({
      fits: true,
      value: { changed: [], removed: [{ account: "account00001", jid: "tea@conference.localhost" }] },
    });
  });

  it("log a limited number of invalid items and the count of the rest", () => {
    expect(names(rooms(Array.from({ length: 1_000 }, () => 0)))).toEqual([]);
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe("room.list: left out 995 more");
  });

  it.each([null, undefined, 5, "text", [], () => 0])("are rejected when nothing in them is valid: %s", (value) => {
    expect(outgoing(commands["room.list"].result, "room.list", value)).toMatchObject({ fits: false });
    expect(lines).toHaveLength(1);
  });

  it("never appear in the log", () => {
    rooms([{ ...roomOf("tea"), jid: "hunter2 is no address" }, "hunter2"]);
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain("hunter2");
  });
});

describe("invalid result", () => {
  it("is a clean error, or the valid rest of a list", async () => {
    const results: Partial<Record<CommandName, unknown>> = {
      "room.list": { rooms: [roomOf("tea"), () => 0] },
      "device.address": { uri: () => 0 },
    };
    const handlers = Object.fromEntries(
      Object.entries(results).map(([name, value]) => [name, () => value]),
    ) as unknown as Handlers;
    const dispatch = createDispatch(handlers);
    expect(await dispatch("room.list", {})).toEqual({ ok: true, value: { rooms: [roomOf("tea")] } });
    expect(await dispatch("device.address", { account: "account00001" })).toMatchObject({
      ok: false,
      error: { code: "internal" },
    });
  });
});
