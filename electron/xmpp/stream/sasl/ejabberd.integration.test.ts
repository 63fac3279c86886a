/**
 * Signing in to a real ejabberd: the stronger hashes, and channel binding where TLS allows it, which the server
 * verifies.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEjabberd, type Ejabberd } from "../../../../e2e/peers/servers/ejabberd.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import { openSession } from "../connection/session.ts";
import { accountStateOf } from "./testing/server.ts";

describe.each([
  { tls: "TLSv1.3", mechanism: "SCRAM-SHA-512" }, // ejabberd supports only `tls-unique`, which TLS 1.3 does not define
  { tls: "TLSv1.2", mechanism: "SCRAM-SHA-512-PLUS" },
])("signing in to ejabberd over $tls", ({ tls, mechanism }) => {
  let server: Ejabberd;
  beforeAll(async () => {
    server = await startEjabberd({ tls13: tls === "TLSv1.3" });
    await server.register("alice", "secret ü");
  });
  afterAll(() => server?.remove());

  const signIn = (kind: "starttls" | "direct", password = "secret ü", accountState = accountStateOf()) =>
    openSession({
      account: "alice@localhost" as BareJid,
      password,
      advanced: { host: "127.0.0.1", port: kind === "direct" ? server.directTlsPort : server.port, security: kind },
      pinned: server.certificateFingerprint,
      location: null,
      accountState,
      resource: "test",
      resumption: null,
      software: { name: "Jackdaw", version: "1" },
    });

  it.each(["starttls", "direct"] as const)("uses the strongest mechanism over %s", async (kind) => {
    const accountState = accountStateOf();
    const session = await signIn(kind, "secret ü", accountState);
    expect(session.tls).toBe(tls);
    expect(session.outcome).toMatchObject({ mechanism, jid: "alice@localhost/test" });
    expect(accountState.map.get("strongest-mechanism")).toBe(mechanism);
    await session.stream.close();
  });

  it("reports a wrong password", async () => {
    await expect(signIn("starttls", "wrong")).rejects.toMatchObject({ problem: { code: "wrong-password" } });
  });
});
