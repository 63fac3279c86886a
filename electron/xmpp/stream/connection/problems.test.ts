import xml from "@xmpp/xml";
import { describe, expect, it } from "vitest";
import { problemSchema, type Problem } from "../../../../shared/model/problem.ts";
import { XmlError } from "./parser.ts";
import { asProblem, ConnectionProblem, parseHost, SeeOtherHost, streamProblem, wasReset } from "./problems.ts";

const NS = "urn:ietf:params:xml:ns:xmpp-streams";
const error = (condition: string, text?: string, inside?: string) =>
  xml(
    "stream:error",
    { "xmlns:stream": "http://etherx.jabber.org/streams" },
    xml(condition, { xmlns: NS }, inside ?? ""),
    ...(text === undefined ? [] : [xml("text", { xmlns: NS }, text)]),
  );

describe("stream errors", () => {
  it.each([
    ["conflict", "conflict"],
    ["policy-violation", "policy-violation"],
    ["system-shutdown", "system-shutdown"],
    ["resource-constraint", "resource-constraint"],
    ["not-authorized", "not-authorized-stream"],
    ["host-unknown", "unknown-host"],
    ["host-gone", "unknown-host"],
    ["connection-timeout", "timeout"],
    ["reset", "connection-lost"],
    ["undefined-condition", "stream-error"],
    ["unheard-of", "stream-error"],
  ])("the condition %s is the problem %s", (condition, code) => {
    expect((streamProblem(error(condition, "Because.")) as ConnectionProblem).problem).toEqual({
      code,
      text: "Because.",
    });
  });

  it("a condition without its own code is reported by name", () => {
    expect((streamProblem(error("invalid-namespace")) as ConnectionProblem).problem).toEqual({
      code: "stream-error",
      text: "invalid-namespace",
    });
    const bare = xml("stream:error", {});
    expect((streamProblem(bare) as ConnectionProblem).problem).toEqual({
      code: "stream-error",
      text: "undefined-condition",
    });
  });

  it("the text of the server is shortened", () => {
    const { problem } = streamProblem(error("conflict", "x".repeat(10_000))) as ConnectionProblem;
    expect(problemSchema.parse(problem).text).toHaveLength(512);
  });

  it("see-other-host contains host and port", () => {
    expect(streamProblem(error("see-other-host", undefined, "other.example:5333"))).toMatchObject({
      host: "other.example",
      port: 5333,
      address: "other.example:5333",
    });
    expect(streamProblem(error("see-other-host", undefined, "[2001:db8::1]:99"))).toMatchObject({
      host: "2001:db8::1",
      port: 99,
      address: "[2001:db8::1]:99",
    });
    expect(streamProblem(error("see-other-host", undefined, "other.example"))).toMatchObject({
      port: null,
      address: "other.example",
    });
    expect(streamProblem(error("see-other-host", undefined, "http://evil/ x"))).toMatchObject({
      problem: { code: "stream-error" },
    });
  });
});

describe("parseHost", () => {
  it.each(["", "a b", "a:0", "a:65536", "a:b", "user@host", "[::1", "a/b", "::1", "x".repeat(300)])(
    "rejects %j",
    (text) => {
      expect(parseHost(text)).toBeNull();
    },
  );
});

describe("asProblem", () => {
  it.each([
    ["ENOTFOUND", "unknown-host"],
    ["EAI_AGAIN", "unreachable"],
    ["ECONNREFUSED", "refused"],
    ["ETIMEDOUT", "timeout"],
    ["EHOSTUNREACH", "unreachable"],
    ["ENETUNREACH", "unreachable"],
    ["ECONNRESET", "connection-lost"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls-failed"],
    ["EPROTO", "tls-failed"],
    ["SOMETHING", "connection-lost"],
  ])("maps %s to %s", (code, expected) => {
    expect(asProblem(Object.assign(new Error("boo"), { code }), "h")).toMatchObject({ code: expected, host: "h" });
  });

  it("remembers that the connection was reset, which may have discarded a stream error", () => {
    const of = (code: string): Problem => asProblem(Object.assign(new Error("boo"), { code }));
    expect(["ECONNRESET", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "SOMETHING"].map((code) => wasReset(of(code)))).toEqual(
      [true, true, true, false, false],
    );
    expect(wasReset((streamProblem(error("reset", "a new certificate")) as ConnectionProblem).problem)).toBe(false);
  });

  it("passes problems through, and never fails", () => {
    expect(asProblem(new ConnectionProblem("conflict", { host: "a" }), "b")).toEqual({
      code: "conflict",
      text: "",
      host: "a",
    });
    expect(asProblem(new SeeOtherHost("h", null)).code).toBe("see-other-host-loop");
    expect(asProblem(new XmlError("boo"))).toEqual({ code: "bad-xml", text: "boo" });
    expect(problemSchema.safeParse(asProblem(new Error("x".repeat(9_999)))).success).toBe(true);
  });
});
