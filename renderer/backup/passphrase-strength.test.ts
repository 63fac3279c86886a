import { expect, it } from "vitest";
import { strengthOf } from "./passphrase-strength.ts";

it.each([
  ["", "weak"],
  ["password12", "weak"],
  ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "weak"],
  ["12345678901234567890", "weak"],
  ["two words here", "weak"],
  ["correct horse battery staple", "fair"],
  ["correct horse battery staple barn owl", "strong"],
  ["x9#Kq2!vTz7@Lm", "strong"],
] as const)("rates %j as %s", (passphrase, strength) => {
  expect(strengthOf(passphrase)).toBe(strength);
});
