/** Signing in to a real Prosody: SASL2 with Bind2 and FAST, and SASL with SCRAM-SHA-1 and SCRAM-SHA-256. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startProsody, type Prosody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import { openSession, type LiveSession } from "../connection/session.ts";
import { memoryOf } from "./testing/server.ts";

const PASSWORD = "sécret, =2C";
let server: Prosody;

async function signIn(memory = memoryOf(), password = PASSWORD): Promise<LiveSession["outcome"]> {
  const session = await openSession({
    account: "alice@localhost" as BareJid,
    password,
    advanced: { host: "127.0.0.1", port: server.port },
    pinned: server.certificateFingerprint,
    location: null,
    memory,
    resource: "desk",
    resumption: null,
    software: { name: "Jackdaw", version: "1" },
  });
  await session.stream.close();
  return session.outcome;
}

describe("SASL2 with Bind2 and FAST", () => {
  beforeAll(async () => {
    server = await startProsody({ sasl2: true, accounts: { alice: PASSWORD } });
  }, 60_000);
  afterAll(() => server?.remove());

  it("signs in by password, gets a token, and signs in with the token as the same device", async () => {
    const memory = memoryOf();
    const first = await signIn(memory);
    expect(first.mechanism).toMatch(/^SCRAM-SHA-1/);
    expect(first.jid).toMatch(/^alice@localhost\/Jackdaw/);
    expect(JSON.parse(memory.map.get("fast-token")!)).toMatchObject({ mechanism: "HT-SHA-256-NONE" });
    const strongest = memory.map.get("strongest-mechanism");
    expect(strongest).toBe(first.mechanism);

    const second = await signIn(memory, "not needed");
    expect(second).toMatchObject({ mechanism: "HT-SHA-256-NONE", jid: first.jid });
    expect(memory.map.get("strongest-mechanism")).toBe(strongest);
  });

  it("deletes a token that the server does not know, and signs in by password on the same stream", async () => {
    const memory = memoryOf();
    await signIn(memory);
    const kept = JSON.parse(memory.map.get("fast-token")!) as { token: string };
    const forged = { ...kept, token: `${kept.token}x` };
    memory.map.set("fast-token", JSON.stringify(forged));
    expect((await signIn(memory)).mechanism).toMatch(/^SCRAM-SHA-1/);
    expect(memory.map.get("fast-token")).not.toBe(JSON.stringify(forged));
    await signIn(memory);
    expect((await signIn(memory, "not needed")).mechanism).toBe("HT-SHA-256-NONE");
  });

  it("reports a wrong password, and stores nothing about it", async () => {
    const memory = memoryOf();
    await expect(signIn(memory, "wrong")).rejects.toMatchObject({ problem: { code: "wrong-password" } });
    expect([...memory.map.keys()]).toEqual(["user-agent-id"]);
  });
});

describe.each(["SHA-1", "SHA-256"])("SASL with passwords stored as %s", (hash) => {
  beforeAll(async () => {
    server = await startProsody({ accounts: { alice: PASSWORD }, extraConfig: `password_hash = "${hash}"` });
  }, 60_000);
  afterAll(() => server?.remove());

  it(`signs in by SCRAM-${hash} with the requested resource`, async () => {
    const memory = memoryOf();
    expect(await signIn(memory)).toMatchObject({ mechanism: `SCRAM-${hash}`, jid: "alice@localhost/desk", sm: null });
    expect(memory.map.get("strongest-mechanism")).toBe(`SCRAM-${hash}`);
  });

  it("reports a wrong password", async () => {
    await expect(signIn(memoryOf(), "wrong")).rejects.toMatchObject({ problem: { code: "wrong-password" } });
  });

  it("weaker mechanisms than last time: rejects a real server that lost its channel binding", async () => {
    const memory = memoryOf({ "strongest-mechanism": "SCRAM-SHA-512-PLUS" });
    await expect(signIn(memory)).rejects.toMatchObject({
      problem: { code: "downgrade", mechanisms: { before: "SCRAM-SHA-512-PLUS" } },
    });
  });
});
