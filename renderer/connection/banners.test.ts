import { describe, expect, it } from "vitest";
import { isFinal, mayPin, problemCodes, type Problem } from "../../shared/model/problem.ts";
import { secondsUntil } from "./countdown.ts";
import { remedyFor, serverText } from "./remedy.ts";

const certificate = { subject: "", issuer: "", names: [], validFrom: 0, validTo: 0, fingerprint: "0".repeat(64) };
const problem = (code: Problem["code"], more: Partial<Problem> = {}): Problem => ({ code, text: "", ...more });

describe("the action against a problem", () => {
  it("is to show the certificate exactly if the contract allows pinning it", () => {
    for (const code of problemCodes) {
      expect(remedyFor(problem(code, { certificate })) === "certificate", code).toBe(mayPin(code));
    }
  });

  it("is not to show a certificate that the server did not send", () => {
    expect(remedyFor(problem("certificate-expired"))).toBe("none");
  });

  it("exists only if the user must act", () => {
    for (const code of problemCodes) if (!isFinal(code)) expect(remedyFor(problem(code)), code).toBe("none");
  });
});

describe("the server's text", () => {
  it("is quoted if it is from a server, and never for a problem detected on our side", () => {
    expect(serverText(problem("wrong-password", { text: "no" }))).toBe("no");
    expect(serverText(problem("policy-violation", { text: "too fast" }))).toBe("too fast");
    expect(serverText(problem("certificate-untrusted", { text: "DEPTH_ZERO_SELF_SIGNED_CERT" }))).toBe("");
    expect(serverText(problem("refused", { text: "ECONNREFUSED" }))).toBe("");
  });
});

describe("the countdown", () => {
  it("counts whole seconds up to the time of the next attempt", () => {
    expect(secondsUntil(10_000, 0)).toBe(10);
    expect(secondsUntil(10_000, 9_001)).toBe(1);
    expect(secondsUntil(10_000, 10_000)).toBe(0);
    expect(secondsUntil(10_000, 99_000)).toBe(0);
  });
});
