import { expect, it } from "vitest";
import { memberKeys } from "./member-keys.ts";

it.each([
  ["unverified", {}],
  ["some", { readers: 2, verified: 1 }],
  ["verified", { readers: 2, verified: 2 }],
  ["none", { readers: 0 }],
  ["none", { readers: 0, verified: 1 }],
  ["undecided", { readers: 1, verified: 1, undecided: 1 }],
  ["changed", { readers: 1, verified: 1, undecided: 1, changed: 1 }],
] as const)("%s is the state of %j", (expected, of) =>
  expect(memberKeys({ readers: 1, verified: 0, undecided: 0, changed: 0, ...of })).toBe(expected),
);
