import { describe, expect, it } from "vitest";
import { isFinal, mayPin, problemCodes, type Problem } from "../../shared/model/problem.ts";
import { secondsUntil } from "./countdown.ts";
import { remedyFor, serverWords } from "./remedy.ts";

const certificate = { subject: "", issuer: "", names: [], validFrom: 0, validTo: 0, fingerprint: "0".repeat(64) };
const problem = (code: Problem["code"], more: Partial<Problem> = {}): Problem => ({ code, text: "", ...more });

describe("the action against a problem", () => {
  it("offers the certificate exactly where the contract allows to pin it", () => {
    for (const code of problemCodes) {
      expect(remedyFor(problem(code, { certificate })) === "certificate", code).toBe(mayPin(code));
    }
  });

  it("offers nothing to look at when the server's certificate did not come along", () => {
    expect(remedyFor(problem("certificate-expired"))).toBe("none");
  });

  it("offers a remedy only where the user has to act", () => {
    for (const code of problemCodes) if (!isFinal(code)) expect(remedyFor(problem(code)), code).toBe("none");
  });
});

describe("what the server said", () => {
  it("is quoted where a server spoke, and never for what was found on this side", () => {
    expect(serverWords(problem("wrong-password", { text: "no" }))).toBe("no");
    expect(serverWords(problem("policy-violation", { text: "too fast" }))).toBe("too fast");
    expect(serverWords(problem("certificate-untrusted", { text: "DEPTH_ZERO_SELF_SIGNED_CERT" }))).toBe("");
    expect(serverWords(problem("refused", { text: "ECONNREFUSED" }))).toBe("");
  });
});

describe("the countdown", () => {
  it("counts whole seconds up to the instant of the next attempt", () => {
    expect(secondsUntil(10_000, 0)).toBe(10);
    expect(secondsUntil(10_000, 9_001)).toBe(1);
    expect(secondsUntil(10_000, 10_000)).toBe(0);
    expect(secondsUntil(10_000, 99_000)).toBe(0);
  });
});
