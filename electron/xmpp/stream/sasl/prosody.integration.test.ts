/** Signing in to a real Prosody: SASL2 with Bind2 and FAST, and SASL with SCRAM-SHA-1 and SCRAM-SHA-256. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startProsody, type Prosody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import { openSession, type LiveSession } from "../connection/session.ts";
import { accountStateOf } from "./testing/server.ts";

const PASSWORD = "sécret, =2C";
let server: Prosody;

async function signIn(accountState = accountStateOf(), password = PASSWORD): Promise<LiveSession["outcome"]> {
  const session = await openSession({
    account: "alice@localhost" as BareJid,
    password,
    advanced: { host: "127.0.0.1", port: server.port },
    pinned: server.certificateFingerprint,
    location: null,
    accountState,
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
  });
  afterAll(() => server?.remove());

  it("signs in by password, gets a token, and signs in with the token as the same device", async () => {
    const accountState = accountStateOf();
    const first = await signIn(accountState);
    expect(first.mechanism).toMatch(/^SCRAM-SHA-1/);
    expect(first.jid).toMatch(/^alice@localhost\/Jackdaw/);
    expect(JSON.parse(accountState.map.get("fast-token")!)).toMatchObject({ mechanism: "HT-SHA-256-NONE" });
    const strongest = accountState.map.get("strongest-mechanism");
    expect(strongest).toBe(first.mechanism);

    const second = await signIn(accountState, "not needed");
    expect(second).toMatchObject({ mechanism: "HT-SHA-256-NONE", jid: first.jid });
    expect(accountState.map.get("strongest-mechanism")).toBe(strongest);
  });

  it("deletes a token that the server does not know, and signs in by password on the same stream", async () => {
    const accountState = accountStateOf();
    await signIn(accountState);
    const kept = JSON.parse(accountState.map.get("fast-token")!) as { token: string };
    const forged = { ...kept, token: `${kept.token}x` };
    accountState.map.set("fast-token", JSON.stringify(forged));
    expect((await signIn(accountState)).mechanism).toMatch(/^SCRAM-SHA-1/);
    expect(accountState.map.get("fast-token")).not.toBe(JSON.stringify(forged));
    await signIn(accountState);
    expect((await signIn(accountState, "not needed")).mechanism).toBe("HT-SHA-256-NONE");
  });

  it("reports a wrong password, and stores nothing about it", async () => {
    const accountState = accountStateOf();
    await expect(signIn(accountState, "wrong")).rejects.toMatchObject({ problem: { code: "wrong-password" } });
    expect([...accountState.map.keys()]).toEqual(["user-agent-id"]);
  });
});

describe.each(["SHA-1", "SHA-256"])("SASL with passwords stored as %s", (hash) => {
  beforeAll(async () => {
    server = await startProsody({ accounts: { alice: PASSWORD }, extraConfig: `password_hash = "${hash}"` });
  });
  afterAll(() => server?.remove());

  it(`signs in by SCRAM-${hash} with the requested resource`, async () => {
    const accountState = accountStateOf();
    expect(await signIn(accountState)).toMatchObject({
      mechanism: `SCRAM-${hash}`,
      jid: "alice@localhost/desk",
      sm: null,
    });
    expect(accountState.map.get("strongest-mechanism")).toBe(`SCRAM-${hash}`);
  });

  it("reports a wrong password", async () => {
    await expect(signIn(accountStateOf(), "wrong")).rejects.toMatchObject({ problem: { code: "wrong-password" } });
  });

  it("weaker mechanisms than last time: rejects a real server that lost its channel binding", async () => {
    const accountState = accountStateOf({ "strongest-mechanism": "SCRAM-SHA-512-PLUS" });
    await expect(signIn(accountState)).rejects.toMatchObject({
      problem: { code: "downgrade", mechanisms: { before: "SCRAM-SHA-512-PLUS" } },
    });
  });
});
