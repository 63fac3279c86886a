import { expect, it } from "vitest";
import { names } from "./mentions.ts";

it.each([
  ["Alice: tea?", true],
  ["is alice there", true],
  ["@Alice", true],
  ["Grüße, ALICE!", true],
  ["(Alice)", true],
  ["😀Alice", true],
  ["Alice😀", true],
  ["𝒜Alice", false],
  ["Alice𝒜", false],
  ["Alices tea", false],
  ["malice", false],
  ["", false],
  ["Alice_2", false],
  ["Alice2 or Alice", true],
])("%j names Alice: %s", (body, expected) => expect(names(body, "Alice")).toBe(expected));

it("recognizes nicknames in other scripts, and nobody by an empty nickname", () => {
  expect(names("привет Анна, как дела", "Анна")).toBe(true);
  expect(names("Аннa", "Анна")).toBe(false);
  expect(names("hello", "")).toBe(false);
  expect(names("hello a.b!", "a.b")).toBe(true);
});
