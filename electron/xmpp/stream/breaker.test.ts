import { describe, expect, it } from "vitest";
import { createBreaker, howEnded } from "./breaker.ts";
import { XmlError } from "./connection/parser.ts";
import { asProblem, ConnectionProblem } from "./connection/problems.ts";

const fault = new XmlError("unexpected close tag");
const lost = new ConnectionProblem("connection-lost");

describe("session breaker", () => {
  it("gives up resumption after two faults in a row, and stops the account after eight", () => {
    const { ended } = createBreaker();
    expect(Array.from({ length: 8 }, () => ended(fault, 100))).toEqual([
      "again",
      "new-session",
      "new-session",
      "new-session",
      "new-session",
      "new-session",
      "new-session",
      "stop",
    ]);
  });

  it.each(["stream-error", "policy-violation", "bad-xml"] as const)("counts the stream error %s as a fault", (code) => {
    const { ended } = createBreaker();
    ended(new ConnectionProblem(code, { text: "the server's reason" }), 100);
    expect(ended(new ConnectionProblem(code, { text: "the server's reason" }), 100)).toBe("new-session");
  });

  it("never stops an account because of lost connections", () => {
    const { ended } = createBreaker();
    for (let count = 0; count < 100; count++) expect(ended(lost, 100)).toBe("again");
  });

  it("resets the count after a session that ended without a fault or lasted long", () => {
    const { ended } = createBreaker();
    ended(fault, 100);
    ended(lost, 100);
    expect(ended(fault, 100)).toBe("again");
    expect(ended(fault, 60 * 60_000)).toBe("again");
  });

  it("resets the count when the user tries again", () => {
    const { ended, reset } = createBreaker();
    for (let count = 0; count < 8; count++) ended(fault, 100);
    reset();
    expect(ended(fault, 100)).toBe("again");
  });
});

it("tells a fault and a reset from a lost connection", () => {
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  expect([asProblem(fault), asProblem(reset), asProblem(lost), null].map(howEnded)).toEqual([
    "fault",
    "reset",
    "lost",
    "lost",
  ]);
});
