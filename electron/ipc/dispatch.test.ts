import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { commands, type CommandName } from "../../shared/ipc/index.ts";
import { CommandError, type Handlers } from "../app/host.ts";
import { onLogEntry } from "../log/log.ts";
import { createDispatch } from "./dispatch.ts";

const names = Object.keys(commands) as CommandName[];

function make() {
  const called: string[] = [];
  const handlers = Object.fromEntries(names.map((name) => [name, () => called.push(name)])) as unknown as Handlers;
  return { called, dispatch: createDispatch(handlers) };
}

/** A valid value for each field of the contract. */
const FITTING: Record<string, unknown> = {
  account: "account00001",
  jid: "bob@localhost",
  password: "secret",
  advanced: {},
  enabled: true,
  fingerprint: "ab".repeat(32),
  presence: { show: "available", status: "" },
  limit: 10,
  name: "Bob",
  groups: ["Friends"],
  upTo: 1,
  id: 1,
  pinned: true,
  muted: false,
  empty: false,
  before: 5,
  body: "hello",
  url: "https://example.org",
  focused: true,
  recoveryKey: "00",
  default: "always",
  nickname: "Bob",
  autojoin: true,
  after: null,
  subject: "Tea",
  notify: "mentions",
  role: "visitor",
  reason: "",
  person: "carol@localhost",
  request: "r1",
  allow: true,
  affiliation: "member",
  kind: "group",
  fields: [{ name: "muc#roomconfig_roomname", values: ["Tea"] }],
  alternate: null,
  domain: "localhost",
  preauth: null,
  registration: "0".repeat(32),
  service: "conference.localhost",
  at: "localhost",
  node: "uptime",
  session: null,
  action: "next",
  item: null,
  room: "tea@conference.localhost",
  tell: false,
  encryption: "omemo",
  device: 1,
  trust: "verified",
  uri: "xmpp:bob@localhost?omemo-sid-1=00",
  passphrase: "a long passphrase",
  file: "a file",
  emoji: "👍",
  chosen: true,
  automatic: true,
  from: 0,
  length: 10,
  avatar: { type: "image/png", base64: "iVBORw0KGgo=" },
  omemo: "take-over",
  size: 10,
  token: "0".repeat(32),
  base64: "QUJD",
};
/** Fields that mean something else in these commands. */
const OTHERWISE: Partial<Record<CommandName, Record<string, unknown>>> = {
  "media.page": { chat: null, shelf: "visual", from: null, direction: "older" },
  "media.links": { chat: null, before: null },
  "media.release": { chat: null },
  "media.starred": { chat: null, before: null },
  "message.star": { starred: true },
  "attachment.fetch": { file: 0 },
  "attachment.read": { file: 0 },
  "attachment.cancel": { file: 0 },
  "attachment.save": { file: 0 },
  "attachment.open": { file: 0, how: "open" },
};
const required = (name: CommandName): string[] =>
  Object.entries(commands[name].args.shape as Record<string, z.ZodType>)
    .filter(([, schema]) => !schema.safeParse(undefined).success)
    .map(([field]) => field);
const fitting = (name: CommandName): Record<string, unknown> =>
  Object.fromEntries(required(name).map((field) => [field, { ...FITTING, ...OTHERWISE[name] }[field]]));

/** Values that are invalid for every field of every command. */
const WRONG: [string, unknown][] = [
  ["a function's shadow", { toString: "x" }],
  ["a number out of range", -1e308],
  ["an oversize string", "x".repeat(900_000)],
  ["a nested list", [[[[]]]]],
  ["null", null],
];

describe.each(names)("%s", (name) => {
  it("accepts valid arguments", async () => {
    const { dispatch, called } = make();
    await dispatch(name, fitting(name));
    expect(called).toEqual([name]);
  });

  it("rejects anything but an object as bad-arguments", async () => {
    const { dispatch, called } = make();
    for (const args of [null, undefined, 0, "text", [], [{}], () => 0, Symbol("x"), 10n, NaN, new Date(), new Map()]) {
      expect(await dispatch(name, args)).toMatchObject({
        ok: false,
        error: { code: "bad-arguments", retryable: false },
      });
    }
    expect(called).toEqual([]);
  });

  it("rejects missing, wrong, oversize and unknown fields as bad-arguments", async () => {
    const { dispatch, called } = make();
    const refused = async (args: unknown): Promise<void> => {
      const answer = await dispatch(name, args);
      expect(answer).toMatchObject({ ok: false, error: { code: "bad-arguments" } });
    };
    for (const field of required(name)) {
      const { [field]: _, ...without } = fitting(name);
      await refused(without);
      const mayBeNull = (commands[name].args.shape as Record<string, z.ZodType>)[field]!.safeParse(null).success;
      for (const [, value] of WRONG)
        if (value !== null || !mayBeNull) await refused({ ...fitting(name), [field]: value });
    }
    await refused({ ...fitting(name), unheardOf: 1 });
    await refused(JSON.parse(`{"__proto__": {"account": "account00001"}, "constructor": 1}`));
    let deep: unknown = 1;
    for (let level = 0; level < 10_000; level++) deep = [deep];
    await refused({ ...fitting(name), deep });
    await refused({ ...fitting(name), many: Array.from({ length: 200_000 }, () => 0) });
    expect(called).toEqual([]);
  });
});

describe("dispatch", () => {
  it("has its own error code for a password that XML cannot carry", async () => {
    const refused = await make().dispatch("account.setPassword", {
      account: "account00001",
      password: "pass\u0002word",
    });
    expect(refused).toMatchObject({ ok: false, error: { code: "unsendable-text", retryable: false } });
    const alsoWrong = await make().dispatch("account.setPassword", { account: "", password: "pass\u0002word" });
    expect(alsoWrong).toMatchObject({ ok: false, error: { code: "bad-arguments" } });
  });

  it.each(["nothing.here", "__proto__", "toString", "", null, 5, {}])(
    "rejects the unknown command %j",
    async (name) => {
      expect(await make().dispatch(name, {})).toMatchObject({ ok: false, error: { code: "unknown-command" } });
    },
  );

  it("passes on errors of the contract, and hides all others", async () => {
    const lines: string[] = [];
    const end = onLogEntry(({ level, text }) => lines.push(`${level} ${text}`));
    const handlers = {
      "app.start": () => {
        throw new CommandError("offline", "no stream", true);
      },
      "store.retry": () => Promise.reject(new Error("the reason")),
    } as unknown as Handlers;
    const dispatch = createDispatch(handlers);
    expect(await dispatch("app.start", {})).toEqual({
      ok: false,
      error: { code: "offline", message: "no stream", retryable: true },
    });
    const hidden = await dispatch("store.retry", {});
    expect(hidden).toMatchObject({ ok: false, error: { code: "internal" } });
    expect(JSON.stringify(hidden)).not.toContain("the reason");
    end();
    expect(lines).toEqual([expect.stringMatching(/^error store\.retry failed: Error: the reason at /)]);
  });
});
