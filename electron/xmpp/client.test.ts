/** The client's connection with a scripted server. */
import { describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../shared/jid.ts";
import { HEADER, PLAIN, signIn, startTls } from "./stream/connection/testing/server.ts";
import { streamError, testTrust } from "./stream/connection/testing/session.ts";
import { NotCommitted } from "./stream.ts";
import { ANSWERS, bodyIn, message, settle, start, WAIT } from "./testing/client.ts";
import { outbound } from "./testing/outbound.ts";

const { trust, serve } = testTrust();
const bob = "bob@example.org" as BareJid;
const SM = "<sm xmlns='urn:xmpp:sm:3'/>";

describe("staying connected", () => {
  it("reports connecting, online with its mechanism, and off after closing the stream", async () => {
    const heard: string[] = [];
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good);
      await settle(visitor);
      heard.push((await visitor.expect(/<presence type="unavailable"\/>/))[0]);
      heard.push((await visitor.expect(/<\/stream:stream>/))[0]);
      visitor.send("</stream:stream>");
    });
    const { client, states, until, events } = start(server.port);
    await until("online");
    await vi.waitFor(() => expect(events.some((event) => event.type === "roster.loaded")).toBe(true), WAIT);
    await client.stop();
    expect(heard).toHaveLength(2);
    expect(states()).toEqual([
      { state: "connecting", attempt: 0 },
      { state: "online", since: expect.any(Number) as number, mechanism: "PLAIN", tls: "TLSv1.3", resource: "here" },
      { state: "off" },
    ]);
    expect(client.state).toEqual({ state: "off" });
  });

  it("waits after a lost connection, reports until when, and tries at once on request", async () => {
    const server = await serve(
      async (visitor) => {
        await signIn(visitor, trust.good);
        await settle(visitor);
        visitor.end();
      },
      async (visitor) => {
        await signIn(visitor, trust.good);
        await visitor.gone;
      },
    );
    const { client, states, until } = start(server.port);
    await until("waiting");
    const waiting = states().at(-1)!;
    expect(waiting).toMatchObject({ state: "waiting", attempt: 1, problem: { code: "connection-lost" } });
    client.connectNow();
    await until("online", 2);
    expect(server.visits).toBe(2);
  });

  it.each([
    ["system-shutdown", "waiting", "system-shutdown"],
    ["resource-constraint", "waiting", "resource-constraint"],
    ["conflict", "stopped", "conflict"],
    ["policy-violation", "waiting", "policy-violation"],
    ["not-authorized", "stopped", "not-authorized-stream"],
  ] as const)("%s while online: %s", async (condition, state, code) => {
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good);
      await settle(visitor);
      visitor.send(streamError(condition));
      await visitor.gone;
    });
    const { states, until, events } = start(server.port);
    await until(state);
    expect(states().at(-1)).toMatchObject({ state, problem: { code } });
    if (state === "stopped") {
      expect(events.some((event) => event.type === "presence.cleared")).toBe(true);
      expect(server.visits).toBe(1);
    }
  });

  it("stops the account at a policy-violation before there is a session", async () => {
    const server = await serve(async (visitor) => {
      await startTls(visitor, trust.good);
      await visitor.stream(PLAIN);
      await visitor.expect(/<auth/);
      visitor.send(streamError("policy-violation"));
      await visitor.gone;
    });
    const { states, until } = start(server.port);
    await until("stopped");
    expect(states().at(-1)).toMatchObject({ state: "stopped", problem: { code: "policy-violation" } });
    expect(server.visits).toBe(1);
  });

  it("follows see-other-host without a wait while online", async () => {
    const other = await serve(async (visitor) => {
      await signIn(visitor, trust.good);
      await settle(visitor);
      await visitor.gone;
    });
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good);
      await settle(visitor);
      visitor.send(streamError("see-other-host", `127.0.0.1:${other.port}`));
      await visitor.gone;
    });
    const { states, until } = start(server.port);
    await until("online", 2);
    expect(states().map((one) => one.state)).toEqual(["connecting", "online", "connecting", "online"]);
    expect([server.visits, other.visits]).toEqual([1, 1]);
  });

  it("a new password aborts the attempt with the old one, which then cannot stop the account", async () => {
    let arrived: () => void = () => undefined;
    const there = new Promise<void>((resolve) => (arrived = resolve));
    const server = await serve(
      async (visitor) => {
        await startTls(visitor, trust.good);
        await visitor.stream(PLAIN);
        await visitor.expect(/<auth/);
        arrived();
        await visitor.gone;
      },
      (visitor) => signIn(visitor, trust.good),
    );
    const { client, states, until } = start(server.port);
    await there;
    client.update({ password: "secret", advanced: { host: "127.0.0.1", port: server.port } });
    expect(server.visits).toBe(1);
    client.update({ password: "right" });
    await until("online");
    expect(states().map((one) => one.state)).toEqual(["connecting", "connecting", "online"]);
  });

  it("stops at once in the middle of an attempt, and can be started again", async () => {
    let arrived: () => void = () => undefined;
    const there = new Promise<void>((resolve) => (arrived = resolve));
    const server = await serve(
      async (visitor) => {
        await visitor.expect(/<stream:stream/);
        arrived();
        await visitor.gone;
      },
      (visitor) => signIn(visitor, trust.good),
    );
    const { client, states, until } = start(server.port);
    await there;
    await client.stop();
    expect(states().at(-1)).toEqual({ state: "off" });
    client.start();
    await until("online");
  });

  it("bad XML ends the stream, and nothing after it is handled", async () => {
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good);
      await settle(visitor);
      visitor.send(`${message("before")}<!-- -->${message("behind")}`);
      await visitor.gone;
    });
    const { states, until, bodies } = start(server.port);
    await until("waiting");
    expect(states().at(-1)).toMatchObject({ problem: { code: "bad-xml" } });
    expect(bodies()).toEqual(["before"]);
  });
});

describe("acknowledging after the commit", () => {
  it("stream management counts an incoming stanza only after its handler is done, in order", async () => {
    const counted: string[] = [];
    let release: () => void = () => undefined;
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good, SM);
      await visitor.expect(/<enable [^>]*\/>/);
      visitor.send("<enabled xmlns='urn:xmpp:sm:3' id='s' resume='true'/>");
      await settle(visitor);
      visitor.send(`${message("1")}${message("2")}<r xmlns='urn:xmpp:sm:3'/>`);
      counted.push((await visitor.expect(/<a [^>]*h="(\d+)"[^>]*\/>/))[1]!);
      release();
      await vi.waitFor(async () => {
        visitor.send("<r xmlns='urn:xmpp:sm:3'/>");
        counted.push((await visitor.expect(/<a [^>]*h="(\d+)"[^>]*\/>/))[1]!);
        expect(counted.at(-1)).toBe(`${ANSWERS + 2}`);
      }, WAIT);
      await visitor.gone;
    });
    const order: string[] = [];
    const held = new Promise<void>((resolve) => (release = resolve));
    start(server.port, {
      emit: async (event) => {
        const body = bodyIn(event);
        if (body === null) return;
        order.push(`begin ${body}`);
        await held;
        order.push(`end ${body}`);
      },
    });
    await vi.waitFor(() => expect(counted.at(-1)).toBe(`${ANSWERS + 2}`), WAIT);
    // The answers to requests come first.
    expect(counted[0]).toBe(`${ANSWERS}`);
    expect(order).toEqual(["begin 1", "end 1", "begin 2", "end 2"]);
  });

  it("a stanza that cannot be stored is not counted, and the connection is dropped", async () => {
    let resumedWith = "";
    const server = await serve(
      async (visitor) => {
        await signIn(visitor, trust.good, SM);
        await visitor.expect(/<enable [^>]*\/>/);
        visitor.send("<enabled xmlns='urn:xmpp:sm:3' id='s' resume='true'/>");
        await settle(visitor);
        visitor.send(message("1") + message("2") + message("3"));
        await visitor.gone;
      },
      async (visitor) => {
        await startTls(visitor, trust.good);
        await visitor.stream(PLAIN);
        await visitor.expect(/<auth/);
        visitor.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        await visitor.stream(SM);
        resumedWith = (await visitor.expect(/<resume [^>]*h="(\d+)"[^>]*\/>/))[1]!;
        await visitor.gone;
      },
    );
    const taken: string[] = [];
    const { client } = start(server.port, {
      emit: async (event) => {
        const body = bodyIn(event);
        if (body === null) return;
        if (body === "2") throw new NotCommitted(new Error("the disk is full"), true);
        taken.push(body);
      },
    });
    await vi.waitFor(
      () => expect(client.state).toMatchObject({ state: "waiting", problem: { code: "connection-lost" } }),
      WAIT,
    );
    expect(taken).toEqual(["1"]);
    client.connectNow();
    // The answers and the first message, not the second one.
    await vi.waitFor(() => expect(resumedWith).toBe(`${ANSWERS + 1}`), WAIT);
  });

  it("stanzas before <enabled/> are handled but not counted", async () => {
    let h = "";
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good, SM);
      await visitor.expect(/<enable [^>]*\/>/);
      visitor.send(`${message("early")}<enabled xmlns='urn:xmpp:sm:3' id='s' resume='true'/>`);
      await settle(visitor);
      visitor.send("<r xmlns='urn:xmpp:sm:3'/>");
      h = (await visitor.expect(/<a [^>]*h="(\d+)"[^>]*\/>/))[1]!;
      await visitor.gone;
    });
    const { bodies } = start(server.port);
    await vi.waitFor(() => expect(h).toBe(`${ANSWERS}`), WAIT);
    expect(bodies()).toEqual(["early"]);
  });

  it("answers to our requests do not wait for earlier stanzas", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good);
      visitor.send(message("slow"));
      await settle(visitor);
      await visitor.gone;
    });
    const seen: string[] = [];
    start(server.port, {
      emit: async (event) => {
        seen.push(event.type);
        if (event.type === "inbound") await held;
      },
    });
    await vi.waitFor(() => expect(seen).toContain("roster.loaded"), WAIT);
    expect(seen.indexOf("inbound")).toBeLessThan(seen.indexOf("roster.loaded"));
    release();
  });

  it("without stream management a message is acknowledged by the answer to a ping, never by silence", async () => {
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good);
      await settle(visitor);
      await visitor.expect(/<message [^>]*id="one"/);
      const [, id] = await visitor.expect(/<iq [^>]*id="([^"]+)"[^>]*><ping/);
      visitor.send(
        `<iq type='error' from='example.org' id='${id!}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
      );
      await visitor.expect(/<message [^>]*id="two"/);
      await visitor.expect(/<ping/);
      visitor.end();
    });
    const { client, events, until } = start(server.port);
    await until("online");
    // The server reads the first presence before the message; the client is online before it has sent either.
    await vi.waitFor(() => expect(events).toContainEqual({ type: "presence.cleared" }), WAIT);
    await client.messages.send(outbound(bob, "one", "1"));
    await vi.waitFor(() => expect(events).toContainEqual({ type: "acked", tags: ["one"] }), WAIT);
    await client.messages.send(outbound(bob, "two", "2"));
    await vi.waitFor(() => expect(events).toContainEqual({ type: "unacked", tags: ["two"] }), WAIT);
    expect(events).not.toContainEqual({ type: "acked", tags: ["two"] });
  });
});

describe("questions", () => {
  it("an unknown IQ is answered with service-unavailable, and only once", async () => {
    let refused = "";
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good);
      await settle(visitor);
      visitor.send(
        "<iq type='get' id='q1' from='bob@example.org/x'><query xmlns='urn:nobody'/></iq><iq type='result' id='q2' from='bob@example.org/x'/><iq type='get' id='q3' from='example.org'><ping xmlns='urn:xmpp:ping'/></iq>",
      );
      refused = (await visitor.expect(/<iq [^>]*id="q3"[^>]*>/)).input;
      await visitor.gone;
    });
    start(server.port);
    await vi.waitFor(() => expect(refused).toContain("q3"), WAIT);
    expect(refused).toMatch(
      /<iq type="error" id="q1" to="bob@example.org\/x"><error type="cancel"><service-unavailable/,
    );
    expect(refused).not.toContain('"q2"');
  });

  it("nothing can be sent while there is no stream", async () => {
    const server = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream/);
      visitor.send(HEADER);
      await visitor.gone;
    });
    const { client } = start(server.port);
    await expect(client.messages.send(outbound(bob, "x", "x"))).rejects.toMatchObject({
      name: "NotConnected",
    });
    await expect(client.roster.remove(bob)).rejects.toMatchObject({ name: "NotConnected" });
  });
});
