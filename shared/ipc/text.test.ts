/**
 * Checks each text argument of each command against characters that XML cannot carry (finding 3 of issue 11: a pasted
 * control character ended the stream permanently).
 */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { commands } from "./index.ts";
import { isXmlText } from "../xml-text.ts";

/** Never part of a stanza: handled locally, or passed unchanged to the file system or another program. */
const LOCAL = new Set([
  "store.restore recoveryKey",
  "roster.page after",
  "chat.page after",
  "room.occupants after",
  "room.answer request",
  "backup.export passphrase",
  "backup.inspect file",
  "backup.inspect passphrase",
  "backup.import file",
  "backup.import passphrase",
  "device.verify uri",
  "link.open url",
]);

type Leaf = [path: string, schema: z.ZodType];

/** The schemas of all scalar values in an argument. */
function leaves(path: string, schema: z.ZodType): Leaf[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return leaves(path, schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodArray) return leaves(`${path}[]`, schema.element as z.ZodType);
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((one, index) => leaves(`${path}|${index}`, one as z.ZodType));
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, one]) =>
      leaves(`${path} ${key}`, one),
    );
  return [[path, schema]];
}

const all = Object.entries(commands).flatMap(([name, { args }]) => leaves(name, args));
const texts = all.filter(([path, schema]) => schema.safeParse("some text").success && !LOCAL.has(path));

describe("addresses in the contract", () => {
  const account = "abcdefgh12345678";
  it.each(["jack daw@example.net", "bob@my_server.example", "tea@rooms.example/Anna \u2764\uFE0F"])(
    "a chat with %j, which RFC 7622 refuses, can be opened, written to and closed",
    (jid) => {
      for (const name of ["chat.open", "chat.close"] as const)
        expect(commands[name].args.parse({ account, jid })).toEqual({ account, jid });
    },
  );

  it("an occupant is kicked by exactly the nickname that the room gave", () => {
    const kick = { account, jid: "tea@rooms.example", nickname: " Anna\u200D ", role: "none", reason: "" };
    expect(commands["room.setRole"].args.parse(kick)).toMatchObject({ nickname: kick.nickname });
  });

  it("an account has an address that keeps the rules", () => {
    const args = commands["account.signIn"].args.safeParse({
      jid: "jack daw@example.net",
      password: "x",
      advanced: {},
    });
    expect(args.error?.issues.map(({ path }) => path[0])).toContain("jid");
  });
});

describe("text arguments of commands", () => {
  it("the schema walk finds every text argument", () => {
    const paths = texts.map(([path]) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "message.send body",
        "message.correct body",
        "account.setPresence presence status",
        "room.setSubject subject",
        "room.join password",
      ]),
    );
    expect(paths).toEqual(
      expect.arrayContaining([
        "roster.add name",
        "roster.add groups[]",
        "room.configure fields[] values[]",
        "account.signIn advanced resource",
        "command.execute node",
      ]),
    );
    expect([...LOCAL].filter((path) => !all.some(([known]) => known === path))).toEqual([]);
  });

  it.each(all.filter(([path]) => !LOCAL.has(path)))(
    "a text argument is cleaned of characters that XML cannot carry, or refused: %s",
    (_path, schema) => {
      for (const hostile of [
        "a\u0002b\uFFFE\uD800",
        "\u001B",
        "\u0000\uFFFF",
        "a\rb\r\nc",
        "\uDC00x@localhost",
        "a@localhost/\u0001",
      ]) {
        const parsed = schema.safeParse(hostile);
        if (parsed.success && typeof parsed.data === "string")
          expect(isXmlText(parsed.data), JSON.stringify(parsed.data)).toBe(true);
      }
    },
  );

  it.each(texts)("a text argument accepts any language and emoji: %s", (_path, schema) => {
    expect(schema.parse("Grüße 👩‍👩‍👧 𝔍 مرحبا")).toBe("Grüße 👩‍👩‍👧 𝔍 مرحبا");
  });
});

describe("pasted text", () => {
  const parse = <N extends keyof typeof commands>(name: N, args: unknown) =>
    commands[name].args.parse(args) as Record<string, unknown>;
  const account = "account00001";

  it("pasted text loses only characters that XML cannot carry; bodies keep lines, names become one line", () => {
    const jid = "bob@localhost";
    expect(parse("message.send", { account, jid, body: "a\u0002\r\n\tb\uFFFE", encryption: "none" })["body"]).toBe(
      "a\n\tb",
    );
    expect(
      parse("account.setPresence", { account, presence: { show: "away", status: "at\u001B lunch" } })["presence"],
    ).toEqual({ show: "away", status: "at lunch" });
    expect(parse("roster.rename", { account, jid, name: " Bob\r\nBuilder\u0007 " })["name"]).toBe("Bob Builder");
    expect(parse("roster.setGroups", { account, jid, groups: ["Fri\uD800ends"] })["groups"]).toEqual(["Friends"]);
  });

  it("message.send refuses a body that is empty after cleaning", () => {
    expect(
      commands["message.send"].args.safeParse({
        account,
        jid: "bob@localhost",
        body: "\u0002\uFFFE",
        encryption: "none",
      }).success,
    ).toBe(false);
  });

  it("a secret with characters that XML cannot carry is refused: a changed password would lock the user out", () => {
    for (const password of ["pass\u0002word", "pass\uD800", "pass\r"]) {
      expect(commands["account.setPassword"].args.safeParse({ account, password }).success).toBe(false);
      const join = { account, jid: "tea@conference.localhost", nickname: "Bob", password, autojoin: true };
      expect(commands["room.join"].args.safeParse(join).success).toBe(false);
      const fields = [{ name: "muc#roomconfig_roomsecret", values: [password] }];
      expect(
        commands["room.configure"].args.safeParse({ account, jid: "tea@conference.localhost", fields }).success,
      ).toBe(false);
    }
  });
});
