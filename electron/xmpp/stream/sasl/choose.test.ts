import { describe, expect, it } from "vitest";
import { choose, isWeaker, STRENGTH } from "./choose.ts";

const all = { "tls-exporter": Buffer.from("e"), "tls-server-end-point": Buffer.from("s"), "tls-unique": null };
const none = { "tls-exporter": null, "tls-server-end-point": null, "tls-unique": null };
const older = { ...none, "tls-unique": Buffer.from("u") };
const OFFER = ["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"];
const problem = (code: string) =>
  expect.objectContaining({ problem: expect.objectContaining({ code }) as unknown }) as unknown;

describe("choose", () => {
  it("takes the strongest mechanism, with channel binding if both sides support it", () => {
    expect(choose(OFFER, ["tls-exporter", "tls-server-end-point"], all, null)).toEqual({
      name: "SCRAM-SHA-256-PLUS",
      binding: { type: "tls-exporter", data: all["tls-exporter"] },
      couldBind: false,
      mustProve: false,
    });
    expect(choose(OFFER, ["tls-server-end-point"], all, null).binding?.type).toBe("tls-server-end-point");
    // Without XEP-0440 only the original default can be meant, which TLS 1.3 does not define.
    expect(choose(OFFER, null, older, null)).toMatchObject({
      name: "SCRAM-SHA-256-PLUS",
      binding: { type: "tls-unique" },
    });
    expect(choose(OFFER, null, all, null)).toMatchObject({ name: "SCRAM-SHA-256", binding: null, couldBind: false });
  });

  it("does without channel binding if unavailable, and tells the server truthfully", () => {
    expect(choose(OFFER, ["tls-server-end-point"], older, null)).toEqual({
      name: "SCRAM-SHA-256",
      binding: null,
      couldBind: false,
      mustProve: false,
    });
    expect(choose(OFFER, null, none, null)).toEqual({
      name: "SCRAM-SHA-256",
      binding: null,
      couldBind: false,
      mustProve: false,
    });
    expect(choose(["SCRAM-SHA-1"], null, all, null)).toEqual({
      name: "SCRAM-SHA-1",
      binding: null,
      couldBind: true,
      mustProve: false,
    });
  });

  it("requires proof of a list without any channel-binding type that we know (XEP-0440 §3, rule 6)", () => {
    expect(choose(OFFER, ["tls-other"], all, null)).toEqual({
      name: "SCRAM-SHA-256",
      binding: null,
      couldBind: false,
      mustProve: true,
    });
    expect(choose(OFFER, [], all, null).mustProve).toBe(true);
    expect(choose(OFFER, ["tls-other"], none, null).mustProve).toBe(false);
    expect(() => choose(["SCRAM-SHA-1-PLUS", "PLAIN"], ["tls-other"], all, null)).toThrow(problem("no-mechanism"));
  });

  it("takes PLAIN only if nothing better is offered", () => {
    expect(choose(["PLAIN", "SCRAM-SHA-1"], null, none, null).name).toBe("SCRAM-SHA-1");
    expect(choose(["X-OTHER", "PLAIN"], null, none, null).name).toBe("PLAIN");
  });

  it("reports that no offered mechanism is usable", () => {
    expect(() => choose(["GSSAPI", "EXTERNAL", "ANONYMOUS"], null, all, null)).toThrow(problem("no-mechanism"));
    expect(() => choose(["SCRAM-SHA-256-PLUS"], null, none, null)).toThrow(problem("no-mechanism"));
  });

  it("weaker mechanisms than last time: rejects every step down", () => {
    STRENGTH.forEach((before, at) => {
      STRENGTH.slice(at + 1).forEach((now) => {
        const channel = now.endsWith("-PLUS") ? older : none;
        expect(() => choose([now], null, channel, before), `${before} then ${now}`).toThrow(problem("downgrade"));
      });
      expect(isWeaker(before, before)).toBe(false);
      expect(isWeaker(before, "PLAIN")).toBe(false);
      expect(isWeaker(before, null)).toBe(false);
    });
  });
});
