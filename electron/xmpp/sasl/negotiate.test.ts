import { describe, expect, it } from "vitest";
import { fullJid, type BareJid } from "../../../shared/jid.ts";
import { FakeServer, memoryOf, type FakeServerOptions } from "./fixture-server.ts";
import { authenticate } from "./negotiate.ts";
import type { AuthOptions } from "./ports.ts";

const problem = (code: string) => expect.objectContaining({ problem: expect.objectContaining({ code }) as unknown }) as unknown;

function setting(server: Partial<FakeServerOptions> = {}, more: Partial<AuthOptions> = {}) {
  const memory = memoryOf();
  const io = new FakeServer({ password: "secret", mechanisms: ["SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"], ...server });
  const options: AuthOptions = {
    account: "alice@localhost" as BareJid,
    password: "secret",
    resource: null,
    memory,
    software: { name: "Jackdaw", version: "1" },
    resumption: null,
    ...more,
  };
  return { io, memory, signIn: () => authenticate(io, options) };
}
const waiting = { previd: "old", h: 3, jid: fullJid("alice@localhost/before") };
const token = (mechanism = "HT-SHA-256-NONE", expiry = Date.now() + 60_000) => JSON.stringify({ token: "kept", mechanism, expiry });

describe.each([
  ["SASL", {}],
  ["SASL2", { sasl2: {} }],
])("signing in by %s", (_name, server) => {
  it("uses the strongest mechanism and remembers it", async () => {
    const { signIn, memory } = setting(server);
    expect(await signIn()).toMatchObject({ mechanism: "SCRAM-SHA-256", jid: "alice@localhost/bound", sm: null });
    expect(memory.map.get("strongest-mechanism")).toBe("SCRAM-SHA-256");
  });

  it("says that the password is wrong", async () => {
    await expect(setting({ ...server, password: "other" }).signIn()).rejects.toThrow(problem("wrong-password"));
  });

  it("server signature wrong: does not believe a server that only guesses", async () => {
    const { signIn, memory } = setting({ ...server, impostor: true });
    await expect(signIn()).rejects.toThrow(problem("server-signature"));
    expect(memory.map.has("strongest-mechanism")).toBe(false);
  });

  it("weaker mechanisms than last time: sends nothing at all", async () => {
    const { signIn, memory, io } = setting({ ...server, mechanisms: ["PLAIN"] });
    memory.map.set("strongest-mechanism", "SCRAM-SHA-1");
    await expect(signIn()).rejects.toThrow(problem("downgrade"));
    expect(io.seen).toEqual([]);
  });

  it("binds the channel where both sides can", async () => {
    const { signIn, io } = setting({
      ...server,
      mechanisms: ["SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"],
      channelBinding: { "tls-exporter": null, "tls-server-end-point": null, "tls-unique": Buffer.from("finished") },
    });
    expect((await signIn()).mechanism).toBe("SCRAM-SHA-1-PLUS");
    expect(io.seen.length).toBeGreaterThan(1);
  });

  it.each(["mallory@localhost/x", "alice@localhost", "alice@elsewhere/x", "rubbish@@"])("does not take %s for itself", async (jid) => {
    await expect(setting({ ...server, jid }).signIn()).rejects.toThrow(problem("stream-error"));
  });
});

describe("resuming (XEP-0198)", () => {
  it("resumes before binding", async () => {
    const { signIn, io } = setting({ resumable: "old" }, { resumption: waiting });
    expect(await signIn()).toMatchObject({ jid: "alice@localhost/before", sm: { kind: "resumed" } });
    expect(io.seen.map((element) => element.name)).not.toContain("iq");
  });

  it("binds when the session is gone, and says what had arrived", async () => {
    const outcome = await setting({ resumable: "other" }, { resumption: waiting }).signIn();
    expect(outcome).toMatchObject({ jid: "alice@localhost/bound", sm: { kind: "failed" } });
    expect(outcome.sm!.element.attrs["h"]).toBe("0");
  });

  it("resumes inline, or enables anew, with SASL2 and Bind2", async () => {
    const sasl2 = { sm: true };
    expect(await setting({ sasl2, resumable: "old" }, { resumption: waiting }).signIn()).toMatchObject({
      jid: "alice@localhost/before",
      sm: { kind: "resumed" },
    });
    expect(await setting({ sasl2, resumable: "other" }, { resumption: waiting }).signIn()).toMatchObject({
      jid: "alice@localhost/bound",
      sm: { kind: "enabled" },
    });
  });

  it("goes by SASL when SASL2 could not resume", async () => {
    const { signIn, io } = setting({ sasl2: { fast: ["HT-SHA-256-NONE"] }, resumable: "old" }, { resumption: waiting });
    expect(await signIn()).toMatchObject({ sm: { kind: "resumed" } });
    expect(io.seen[0]!.name).toBe("auth");
  });
});

describe("FAST (XEP-0484)", () => {
  const sasl2 = { fast: ["HT-SHA-256-NONE"] };

  it("asks for a token with the password, and uses it the next time", async () => {
    const { signIn, memory } = setting({ sasl2 });
    expect((await signIn()).mechanism).toBe("SCRAM-SHA-256");
    expect(JSON.parse(memory.map.get("fast-token")!)).toMatchObject({ token: "fresh", mechanism: "HT-SHA-256-NONE" });
    const again = setting({ sasl2, token: "fresh" }, { memory });
    expect((await again.signIn()).mechanism).toBe("HT-SHA-256-NONE");
    expect(memory.map.get("strongest-mechanism")).toBe("SCRAM-SHA-256");
    expect(memory.map.get("user-agent-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("falls back to the password on the same stream when the token is refused, and drops it", async () => {
    const { signIn, memory, io } = setting({ sasl2, token: "another" });
    memory.map.set("fast-token", token());
    expect((await signIn()).mechanism).toBe("SCRAM-SHA-256");
    expect(io.seen.filter((element) => element.name === "authenticate")).toHaveLength(2);
    expect(memory.map.get("fast-token")).toContain("fresh");
  });

  it("never uses a token that has run out, or one for another mechanism", async () => {
    for (const kept of [token("HT-SHA-256-NONE", Date.now() - 1), token("HT-SHA-256-EXPR")]) {
      const { signIn, memory } = setting({ sasl2, token: "kept" });
      memory.map.set("fast-token", kept);
      expect((await signIn()).mechanism).toBe("SCRAM-SHA-256");
    }
  });
});
