import { expect, it } from "vitest";
import { digitsOf, isRecoveryKey } from "./recovery-key.ts";

const key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0".repeat(2);

it("reads a key in groups, over several lines, in capitals", () => {
  const written = (key.toUpperCase().match(/.{4}/g) ?? []).join(" ").replace(" ", "\n").replace(" ", "-");
  expect(digitsOf(written)).toBe(key);
  expect(isRecoveryKey(digitsOf(written))).toBe(true);
});

it.each([key.slice(1), `${key}0`, key.replace("0", "g"), ""])("refuses %s", (text) => {
  expect(isRecoveryKey(digitsOf(text))).toBe(false);
});
