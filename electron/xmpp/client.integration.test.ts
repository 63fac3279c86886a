/** The client over a real Prosody: all connection methods, and everything a real server does to a connection. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { startProsody, type Prosody } from "../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../shared/jid.ts";
import type { ConnectionState } from "../../shared/model/account.ts";
import { createXmppClient } from "./client.ts";
import type { XmppEvent } from "./events.ts";
import { bodyIn } from "./testing/client.ts";
import { type XmppClient, type XmppClientOptions } from "./api.ts";
import { NotCommitted, type AccountStateKey } from "./stream.ts";
import { outbound } from "./testing/outbound.ts";

const WAIT = { timeout: 60_000, interval: 10 };
const bob = "bob@localhost" as BareJid;
const clients: XmppClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.stop()));
});

describe.each([{ sasl2: false }, { sasl2: true }])("the client over Prosody (SASL2: $sasl2)", ({ sasl2 }) => {
  let prosody: Prosody;
  beforeAll(async () => {
    // Its SASL2 module does not lift the limit of 10 kB that applies before signing in.
    const extraConfig = "c2s_unauthed_stanza_size_limit = 256 * 1024";
    prosody = await startProsody({ sasl2, extraConfig, accounts: { alice: "secret", bob: "hidden" } });
  });
  afterAll(() => prosody?.remove());

  function start(
    user: "alice" | "bob",
    more: Partial<XmppClientOptions> = {},
    kept = new Map<AccountStateKey, string | null>(),
  ) {
    const events: XmppEvent[] = [];
    const client = createXmppClient({
      account: `${user}@localhost` as BareJid,
      password: user === "alice" ? "secret" : "hidden",
      advanced: { host: "127.0.0.1", port: prosody.port },
      pinnedFingerprint: prosody.certificateFingerprint,
      rosterVersion: async () => null,
      accountState: { get: async (key) => kept.get(key) ?? null, set: async (key, value) => void kept.set(key, value) },
      emit: async (event) => void events.push(event),
      software: { name: "Jackdaw", version: "0" },
      ...more,
    });
    clients.push(client);
    client.start();
    const states = (): ConnectionState[] =>
      events.flatMap((event) => (event.type === "connection" ? [event.state] : []));
    const until = (state: ConnectionState["state"], times = 1) =>
      vi.waitFor(
        () => expect(states().filter((one) => one.state === state).length).toBeGreaterThanOrEqual(times),
        WAIT,
      );
    return { client, events, states, until, kept };
  }

  it("signs in over STARTTLS, and loads the roster", async () => {
    const { states, until, events } = start("alice");
    await until("online");
    expect(states().at(-1)).toMatchObject({
      mechanism: expect.stringMatching(/^(SCRAM-SHA-|HT-SHA-)/) as string,
      tls: expect.stringMatching(/^TLSv1\.[23]$/) as string,
    });
    await vi.waitFor(() => expect(events.some((event) => event.type === "roster.loaded")).toBe(true), WAIT);
  });

  it("signs in over direct TLS (XEP-0368)", async () => {
    const { until } = start("alice", {
      advanced: { host: "127.0.0.1", port: prosody.directTlsPort, security: "direct" },
    });
    await until("online");
  });

  it("stops at an untrusted certificate before the password is sent", async () => {
    const { states, until } = start("alice", { pinnedFingerprint: null });
    await until("stopped");
    expect(states().at(-1)).toMatchObject({
      problem: { code: "certificate-untrusted", certificate: { fingerprint: prosody.certificateFingerprint } },
    });
  });

  it("stops if the pinned certificate was replaced", async () => {
    const { states, until } = start("alice", { pinnedFingerprint: "00".repeat(32) });
    await until("stopped");
    expect(states().at(-1)).toMatchObject({ problem: { code: "certificate-changed", pinned: "00".repeat(32) } });
  });

  it("stops at a wrong password, and continues with the right one", async () => {
    const { client, states, until } = start("alice", { password: "wrong" });
    await until("stopped");
    expect(states().at(-1)).toMatchObject({ problem: { code: "wrong-password" } });
    client.update({ password: "secret" });
    client.connectNow();
    await until("online");
  });

  it("waits if nobody listens at the port", async () => {
    const { states, until } = start("alice", { advanced: { host: "127.0.0.1", port: 1 } });
    await until("waiting");
    expect(states().at(-1)).toMatchObject({ attempt: 1, problem: { code: "refused" } });
  });

  it("reports an unknown host if the server does not serve the domain", async () => {
    const { states, until } = start("alice", { account: "alice@elsewhere.example" as BareJid });
    await until("waiting");
    expect(states().at(-1)).toMatchObject({ problem: { code: "unknown-host" } });
  });

  it("stops if another client takes its resource", async () => {
    const first = start("alice", { advanced: { host: "127.0.0.1", port: prosody.port, resource: "desk" } });
    await first.until("online");
    const bound = first.states().at(-1);
    const second = start("alice", { advanced: { host: "127.0.0.1", port: prosody.port, resource: "desk" } });
    await second.until("online");
    // With Bind2 the server chooses the resource, so there is no conflict.
    if (bound?.state === "online" && bound.resource !== "desk") return expect(sasl2).toBe(true);
    await first.until("stopped");
    expect(first.states().at(-1)).toMatchObject({ problem: { code: "conflict" } });
    expect(second.client.state.state).toBe("online");
  });

  it("two of our clients exchange a message, and the server acknowledges it", async () => {
    const alice = start("alice");
    const other = start("bob");
    await Promise.all([alice.until("online"), other.until("online")]);
    // Messages are delivered to available resources.
    await vi.waitFor(
      () => expect(other.events.some((event) => event.type === "presence" && event.from.startsWith(bob))).toBe(true),
      WAIT,
    );
    const body = "Grüße 🐦‍⬛ ".repeat(5_000);
    await alice.client.messages.send(outbound(bob, "m1", body));
    await vi.waitFor(() => expect(alice.events).toContainEqual({ type: "acked", tags: ["m1"] }), WAIT);
    await vi.waitFor(() => expect(other.events.some((event) => bodyIn(event) === body)).toBe(true), WAIT);
  });

  it("resumes its session after a crash on this side, and missed stanzas arrive once", async () => {
    const kept = new Map<AccountStateKey, string | null>();
    const taken: string[] = [];
    let full = false;
    const alice = start(
      "alice",
      {
        emit: async (event) => {
          const body = bodyIn(event);
          if (body === null) return;
          // The store fails: the stanza is not counted, and the connection is dropped without closing the stream.
          if (full) throw new NotCommitted(new Error("the disk is full"), true);
          taken.push(body);
        },
      },
      kept,
    );
    await vi.waitFor(() => expect(alice.client.state.state).toBe("online"), WAIT);
    const other = start("bob");
    await other.until("online");
    const send = (id: string) => other.client.messages.send(outbound("alice@localhost" as BareJid, id, id));
    await send("m1");
    await vi.waitFor(() => expect(taken).toEqual(["m1"]), WAIT);
    full = true;
    await send("m2");
    await vi.waitFor(
      () => expect(alice.client.state).toMatchObject({ state: "waiting", problem: { code: "connection-lost" } }),
      WAIT,
    );
    full = false;
    await send("m3");
    alice.client.connectNow();
    await vi.waitFor(() => expect(taken).toEqual(["m1", "m2", "m3"]), WAIT);
  });

  it("waits while the server is down, and reconnects", async () => {
    const { client, states, until } = start("alice");
    await until("online");
    await prosody.stop();
    await until("waiting");
    // Whether Prosody's stream error arrives before the socket closes is not certain; `client.test.ts` has both.
    expect(states().find((one) => one.state === "waiting")).toMatchObject({
      problem: { code: expect.stringMatching(/^(system-shutdown|connection-lost)$/) as string },
    });
    await prosody.restart();
    client.connectNow();
    await until("online", 2);
    await prosody.kill();
    await until("waiting", 2);
    await prosody.restart();
    client.connectNow();
    await until("online", 3);
  });
});
