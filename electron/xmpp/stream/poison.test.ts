/**
 * Poison stanzas: a message that any user can send must not end the stream, because it would come back with each
 * resumption and from the archive. The test server sends them over TCP and TLS.
 */
import { describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { PLAIN, signIn, startTls, type Visitor } from "./connection/testing/server.ts";
import { streamError, testTrust } from "./connection/testing/session.ts";
import { bodyIn, message, settle, start, WAIT } from "../testing/client.ts";
import { type XmppClientOptions } from "../api.ts";
import { NotCommitted } from "../stream.ts";
import { outbound } from "../testing/outbound.ts";

const { trust, serve } = testTrust();
const SM = "<sm xmlns='urn:xmpp:sm:3'/>";
const many = (count: number): string => Array.from({ length: count }, (_, at) => `a${at}='1'`).join(" ");
const nested = (depth: number): string => "<a>".repeat(depth) + "</a>".repeat(depth);
const from = "from='eve@evil.example/x' to='alice@example.org'";

const POISON: readonly [string, string][] = [
  ["101 attributes", `<x xmlns='urn:evil' ${many(101)}/>`],
  [
    "60 prefixed attributes",
    `<x ${Array.from({ length: 60 }, (_, at) => `xmlns:p${at}='urn:${at}' p${at}:a='1'`).join(" ")}/>`,
  ],
  ["199 levels", nested(199)],
  ["50,000 levels", nested(50_000)],
  ["50,000 elements", "<a/>".repeat(50_000)],
  ["a forbidden character", "<b>a&#x2;b</b>"],
];

/** Signs in with stream management. */
async function online(visitor: Visitor): Promise<void> {
  await signIn(visitor, trust.good, SM);
  await visitor.expect(/<enable [^>]*\/>/);
  visitor.send("<enabled xmlns='urn:xmpp:sm:3' id='s' resume='true'/>");
  await settle(visitor);
}

/**
 * Like `online`, but resumes the session if the client asks for it.
 * @param again the stanzas to send again after resumption
 * @returns whether it resumed
 */
async function onlineOrResumed(visitor: Visitor, again = ""): Promise<boolean> {
  await startTls(visitor, trust.good);
  await visitor.stream(PLAIN);
  await visitor.expect(/<auth/);
  visitor.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  await visitor.stream(`<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>${SM}`);
  const [, id, previd] = await visitor.expect(
    /<iq [^>]*id="([^"]+)"[^>]*><bind[\s\S]*?<\/iq>|<resume [^>]*previd="([^"]+)"[^>]*\/>/,
  );
  if (id === undefined) {
    visitor.send(`<resumed xmlns='urn:xmpp:sm:3' h='0' previd='${previd!}'/>${again}`);
    return true;
  }
  visitor.send(
    `<iq type='result' id='${id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@example.org/here</jid></bind></iq>`,
  );
  await visitor.expect(/<enable [^>]*\/>/);
  visitor.send("<enabled xmlns='urn:xmpp:sm:3' id='s' resume='true'/>");
  return false;
}

async function counted(visitor: Visitor): Promise<number> {
  visitor.send("<r xmlns='urn:xmpp:sm:3'/>");
  return Number((await visitor.expect(/<a [^>]*h="(\d+)"[^>]*\/>/))[1]);
}

describe("poison stanza", () => {
  it.each(POISON)("with %s is counted, stored as unreadable, and does not end the stream", async (_, inner) => {
    let h = [0, 0];
    const server = await serve(async (visitor) => {
      await online(visitor);
      const before = await counted(visitor);
      visitor.send(`<message ${from} type='chat' id='bad'><body>hello</body>${inner}</message>${message("good")}`);
      // Asked at once, the client may have handled only the first.
      do h = [before, await counted(visitor)];
      while (h[1]! - before < 2);
      await visitor.gone;
    });
    const { events, bodies, states } = start(server.port);
    await vi.waitFor(() => expect(bodies()).toEqual(["", "good"]), WAIT);
    await vi.waitFor(() => expect(h[1]! - h[0]!).toBe(2), WAIT);
    const [bad] = events.flatMap((event) => (event.type === "inbound" ? [event.inbound] : []));
    expect(bad).toMatchObject({
      conversation: { jid: "eve@evil.example" },
      ids: { messageId: "bad" },
      payload: { kind: "unreadable" },
    });
    expect(events).toContainEqual({ type: "refused", what: "unreadable-stanza" });
    expect(states().map(({ state }) => state)).toEqual(["connecting", "online"]);
  });

  it.each(POISON)("of type presence with %s only updates who is online", async (_, inner) => {
    const server = await serve(async (visitor) => {
      await online(visitor);
      visitor.send(`<presence from='bob@example.org/x'><status>busy</status>${inner}</presence>`);
      await visitor.gone;
    });
    const { events } = start(server.port);
    await vi.waitFor(
      () =>
        expect(events.find(({ type }) => type === "presence")).toMatchObject({
          from: "bob@example.org/x",
          status: "",
          show: "available",
        }),
      WAIT,
    );
  });

  it("of type IQ is answered with an error, and as an answer rejects the pending request", async () => {
    const heard: string[] = [];
    const server = await serve(async (visitor) => {
      await online(visitor);
      visitor.send(
        `<iq from='example.org' to='alice@example.org/here' type='get' id='bad'><query xmlns='urn:evil' ${many(101)}/></iq>`,
      );
      heard.push((await visitor.expect(/<iq type="error" id="bad"[\s\S]*?<\/iq>/))[0]);
      const [, id] = await visitor.expect(
        /<iq [^>]*id="([^"]+)"[^>]*><query xmlns="http:\/\/jabber.org\/protocol\/disco#items"\/><\/iq>/,
      );
      visitor.send(`<iq type='result' from='example.org' id='${id!}'><query xmlns='urn:evil' ${many(101)}/></iq>`);
      await visitor.gone;
    });
    const { client } = start(server.port);
    await vi.waitFor(() => expect(heard).toHaveLength(1), WAIT);
    expect(heard[0]).toContain("<bad-request");
    await expect(client.entities.discovery.items("example.org", "")).rejects.toMatchObject({
      condition: "undefined-condition",
    });
  });

  it.each([
    [
      "a carbon",
      (inner: string) =>
        `<message from='alice@example.org'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${inner}</forwarded></received></message>`,
    ],
  ])("inside %s is stored as unreadable", async (_, wrapped) => {
    const server = await serve(async (visitor) => {
      await online(visitor);
      visitor.send(
        wrapped(
          `<message xmlns='jabber:client' ${from} type='chat' id='bad'><body>hello</body><x ${many(101)}/></message>`,
        ),
      );
      await visitor.gone;
    });
    const { events } = start(server.port);
    await vi.waitFor(
      () =>
        expect(events.find(({ type }) => type === "inbound")).toMatchObject({
          inbound: {
            via: "carbon",
            conversation: { jid: "eve@evil.example" },
            payload: { kind: "unreadable", reason: "too-many-attributes" },
          },
        }),
      WAIT,
    );
  });
});

describe("poison stanza delivered by a resumed session before it is live", () => {
  it.each([
    ["a message", `<message ${from} type='chat' id='bad'><body>hello</body><x ${many(101)}/></message>`],
    ["an IQ", `<iq ${from} type='get' id='bad'><x ${many(101)}/></iq>`],
    ["presence", `<presence from='bob@example.org/x'><x ${many(101)}/></presence>`],
  ])("does not end the session: %s", async (_, poison) => {
    const server = await serve(
      async (visitor) => {
        await onlineOrResumed(visitor);
        visitor.end();
      },
      async (visitor) => {
        await onlineOrResumed(visitor, poison + message("good"));
        await visitor.gone;
      },
    );
    const { client, bodies } = start(server.port);
    await vi.waitFor(() => expect(client.state.state).toBe("waiting"), WAIT);
    client.connectNow();
    await vi.waitFor(() => expect(bodies()).toContain("good"), WAIT);
    expect(server.visits).toBe(2);
  });
});

describe("stanza whose handling fails", () => {
  const emitting = (error: (body: string) => Error | null) => {
    const taken: { body: string; unreadable: string | undefined }[] = [];
    const emit: XmppClientOptions["emit"] = async (event) => {
      const body = bodyIn(event);
      if (event.type !== "inbound" || body === null) return;
      const { payload } = event.inbound;
      const unreadable = payload.kind === "unreadable" ? payload.reason : undefined;
      const failure = unreadable === undefined ? error(body) : null;
      if (failure !== null) throw failure;
      taken.push({ body, unreadable });
    };
    return { taken, emit };
  };

  it("is counted and stored as unreadable", async () => {
    const server = await serve(async (visitor) => {
      await online(visitor);
      visitor.send(message("bad") + message("good"));
      await visitor.gone;
    });
    const { taken, emit } = emitting((body) => (body === "bad" ? new TypeError("undefined is not a function") : null));
    start(server.port, { emit });
    await vi.waitFor(
      () =>
        expect(taken).toEqual([
          { body: "", unreadable: "not-handled" },
          { body: "good", unreadable: undefined },
        ]),
      WAIT,
    );
    expect(server.visits).toBe(1);
  });

  it("is delivered once more after a failed commit, and then skipped if it fails again", async () => {
    const server = await serve(async (visitor) => {
      await onlineOrResumed(visitor);
      visitor.send(message("bad") + message("good"));
      await visitor.gone;
    });
    const { taken, emit } = emitting((body) =>
      body === "bad" ? new NotCommitted(new Error("constraint failed"), false) : null,
    );
    const { client } = start(server.port, { emit });
    await vi.waitFor(() => expect(client.state.state).toBe("waiting"), WAIT);
    client.connectNow();
    await vi.waitFor(() => expect(taken.map(({ unreadable }) => unreadable)).toEqual(["not-handled", undefined]), WAIT);
    expect(server.visits).toBe(2);
  });
});

describe("session breaker", () => {
  it("does not resume a third time after invalid XML ended two sessions, and stops the account after eight", async () => {
    const resumed: boolean[] = [];
    const server = await serve(async (visitor) => {
      resumed.push(await onlineOrResumed(visitor));
      visitor.send(`<message ${from}><body>broken</message>`);
      await visitor.gone;
    });
    const { client, states } = start(server.port);
    await vi.waitFor(
      () => {
        if (client.state.state === "waiting") client.connectNow();
        expect(client.state.state).toBe("stopped");
      },
      { timeout: 30_000, interval: 20 },
    );
    expect(states().at(-1)).toMatchObject({ state: "stopped", problem: { code: "bad-xml" } });
    expect(resumed.slice(0, 3)).toEqual([false, true, false]);
    expect(server.visits).toBe(8);
  });

  it.each([
    ["not-well-formed", "stream-error"],
    ["policy-violation", "policy-violation"],
  ])("does not resume a third time after the stream error %s, and stops after eight", async (condition, code) => {
    const resumed: boolean[] = [];
    const server = await serve(async (visitor) => {
      resumed.push(await onlineOrResumed(visitor));
      visitor.send(streamError(condition));
      await visitor.gone;
    });
    const { client } = start(server.port);
    await vi.waitFor(
      () => {
        if (client.state.state === "waiting") client.connectNow();
        expect(client.state).toMatchObject({ state: "stopped", problem: { code } });
      },
      { timeout: 30_000, interval: 20 },
    );
    expect(resumed.slice(0, 3)).toEqual([false, true, false]);
    expect(server.visits).toBe(8);
  });
});

describe("characters that XML cannot carry", () => {
  it("are removed from our messages, status and requests", async () => {
    const heard: string[] = [];
    let isThere: () => void = () => undefined;
    const there = new Promise<void>((resolve) => (isThere = resolve));
    const server = await serve(async (visitor) => {
      await online(visitor);
      isThere();
      heard.push((await visitor.expect(/<presence[^>]*>(?:(?!<\/presence>)[\s\S])*<status>[\s\S]*?<\/presence>/))[0]);
      heard.push((await visitor.expect(/<message [\s\S]*?<\/message>/))[0]);
      await visitor.gone;
    });
    const { client } = start(server.port);
    await there;
    await client.presence.set({ show: "available", status: "sta\u0002tus\u001B" });
    await client.messages.send(outbound("bob@example.org" as BareJid, "1", "a\u0002b\uFFFE\uD800c"));
    await vi.waitFor(() => expect(heard).toHaveLength(2), WAIT);
    expect(heard[0]).toContain("<status>status</status>");
    expect(heard[1]).toContain("<body>abc</body>");
  });
});
