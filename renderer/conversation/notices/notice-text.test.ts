import { afterEach, describe, expect, it } from "vitest";
import { roomChangeSchema, type RoomChange } from "../../../shared/model/room-notice.ts";
import { setLanguage } from "../../i18n/index.ts";
import { concernsUs, noticeText } from "./notice-text.ts";

type Person = Extract<RoomChange, { kind: "person" }>;
const person = (change: Partial<Person> = {}): Person => ({
  kind: "person",
  what: "kicked",
  nicknames: ["crow"],
  count: 1,
  self: false,
  by: null,
  reason: "",
  ...change,
});
/** Without isolates, and without the comma that only some languages put before "and". */
const plain = (change: RoomChange): string => noticeText(change).replace(/[\u2068\u2069]|,(?= and )/gu, "");
const ann = { name: "ann", self: false };
const byUs = { name: "us", self: true };
afterEach(() => setLanguage("en"));

describe("the sentence of a notice", () => {
  it("names the actor and the reason", () => {
    expect(plain(person())).toBe("crow was put out");
    expect(plain(person({ by: ann, reason: " too \n loud " }))).toBe("crow was put out by ann: “too loud”");
    expect(plain(person({ by: byUs }))).toBe("crow was put out by you");
    expect(plain(person({ self: true, by: ann, what: "moderator" }))).toBe("You were made a moderator by ann");
  });
  it("names the first of many people, and counts the others", () => {
    expect(plain(person({ nicknames: ["crow", "jay"], count: 2 }))).toBe("crow and jay were put out");
    expect(plain(person({ nicknames: ["crow", "jay", "rook"], count: 1_003, by: ann }))).toBe(
      "crow, jay, rook and 1,000 others were put out by ann",
    );
  });
  it("is German if that is chosen", () => {
    setLanguage("de");
    expect(plain(person({ by: ann, reason: "zu laut" }))).toBe("crow wurde von ann hinausgesetzt: „zu laut“");
    expect(plain(person({ nicknames: ["crow", "jay", "rook"], count: 4, by: byUs, what: "no-voice" }))).toBe(
      "crow, jay, rook und 1 weitere Person wurde von dir das Wort entzogen",
    );
    expect(plain({ kind: "entered", facts: ["addresses-shown", "logged"], nickname: "us" })).toBe(
      "Alle hier sehen deine Adresse · Was hier geschrieben wird, wird für andere protokolliert",
    );
  });
  it("describes a new subject, and its removal", () => {
    const topics = [ann, byUs, null].flatMap((by) =>
      ["Tea", " "].map((subject) => plain({ kind: "subject", by, subject })),
    );
    expect(topics).toEqual([
      "ann changed the topic to “Tea”",
      "ann removed the topic",
      "You changed the topic to “Tea”",
      "You removed the topic",
      "The topic is now “Tea”",
      "The topic was removed",
    ]);
  });
  it("describes new nicknames", () => {
    const renamed = { kind: "renamed", nicknames: ["a"], count: 1, self: false, to: "b" } as const;
    expect(
      [renamed, { ...renamed, self: true }, { ...renamed, nicknames: ["a", "c", "d"], count: 9, to: null }].map((one) =>
        plain({ ...one, nicknames: [...one.nicknames] }),
      ),
    ).toEqual(["a is now called b", "You are now called b", "a, c, d and 6 others have new nicknames"]);
  });
  it("exists for every event, in both languages", () => {
    for (const language of ["en", "de"] as const) {
      setLanguage(language);
      const whats = (kind: string): string[] =>
        roomChangeSchema.options.flatMap((option) =>
          option.shape.kind.value === kind && "what" in option.shape ? option.shape.what.options : [],
        );
      const all: RoomChange[] = [
        ...whats("person").flatMap((what) =>
          [false, true].flatMap((self) => [1, 5].map((count) => person({ what: what as Person["what"], self, count }))),
        ),
        ...whats("ended").map((what) => ({ kind: "ended", what, reason: "" }) as RoomChange),
        ...whats("room").map((what) => ({ kind: "room", what }) as RoomChange),
        { kind: "entered", facts: ["created", "nickname-given", "addresses-shown", "logged"], nickname: "us" },
      ];
      expect(all.length).toBeGreaterThan(60);
      for (const one of all) expect(plain(one)).not.toMatch(/change\.|\{\{|\s$| {2}/);
    }
  });
});

it("isolates and shortens names and reasons of strangers", () => {
  const hostile = `\u202Eevil\u2069${"x".repeat(250)}`;
  const words = noticeText(
    person({ nicknames: [hostile], by: { name: hostile, self: false }, reason: `\u2067${"y".repeat(500)}` }),
  );
  expect(words).not.toMatch(/[\u202E\u2067]/u);
  expect([...words].filter((letter) => letter === "\u2068")).toHaveLength(3);
  expect([...words].filter((letter) => letter === "\u2069")).toHaveLength(3);
  expect(words.length).toBeLessThan(450);
  // A surrogate pair is not cut.
  expect(noticeText(person({ nicknames: ["😀".repeat(128)] }))).toMatch(/^\u2068(😀)+…\u2069 was put out$/u);
});

it("is announced if it concerns us", () => {
  expect(concernsUs(person({ self: true, what: "no-voice" }))).toBe(true);
  expect(concernsUs({ kind: "room", what: "non-anonymous" })).toBe(true);
  expect([person(), person({ self: true }), { kind: "room", what: "configured" } as const].map(concernsUs)).toEqual([
    false,
    false,
    false,
  ]);
});
