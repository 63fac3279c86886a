/** For tests of the whole client: a client connected to a test server, and the usual answers of that server. */
import { afterEach, expect, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { ConnectionState } from "../../../shared/model/account.ts";
import { createXmppClient } from "../client.ts";
import type { Visitor } from "../stream/connection/testing/server.ts";
import type { XmppEvent } from "../events.ts";
import type { XmppClient, XmppClientOptions } from "../api.ts";
import type { AccountStateKey } from "../stream.ts";

export const WAIT = { timeout: 15_000, interval: 5 };

const clients: XmppClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.stop()));
});

/** The text of a message that came in; empty for one that could not be read; null for what is none. */
export function bodyIn(event: XmppEvent): string | null {
  if (event.type !== "inbound") return null;
  const { payload } = event.inbound;
  return payload.kind === "text" ? payload.body : payload.kind === "unreadable" ? "" : null;
}

/** Starts a client, which is stopped after the test. */
export function start(port: number, more: Partial<XmppClientOptions> = {}) {
  const events: XmppEvent[] = [];
  const kept = new Map<AccountStateKey, string | null>();
  const client = createXmppClient({
    account: "alice@example.org" as BareJid,
    password: "secret",
    advanced: { host: "127.0.0.1", port },
    pinnedFingerprint: null,
    rosterVersion: async () => null,
    accountState: { get: async (key) => kept.get(key) ?? null, set: async (key, value) => void kept.set(key, value) },
    emit: async (event) => void events.push(event),
    software: { name: "Jackdaw", version: "0" },
    ...more,
  });
  clients.push(client);
  client.start();
  const states = (): ConnectionState[] => events.flatMap((event) => (event.type === "connection" ? [event.state] : []));
  const until = (state: ConnectionState["state"], times = 1) =>
    vi.waitFor(() => expect(states().filter((one) => one.state === state).length).toBeGreaterThanOrEqual(times), WAIT);
  const bodies = () => events.flatMap((event) => bodyIn(event) ?? []);
  return { client, events, states, until, bodies };
}

/** A message from Bob. */
export const message = (body: string): string =>
  `<message from='bob@example.org/x' to='alice@example.org' type='chat' id='${body}'><body>${body}</body></message>`;

/** Number of stanzas that `settle` answers when a client comes online. */
export const ANSWERS = 3;

/** Answers the feature queries and the roster request, so that session setup completes. */
export async function settle(visitor: Visitor): Promise<void> {
  for (let asked = 0; asked < 2; asked++) {
    const [, disco] = await visitor.expect(
      /<iq [^>]*id="([^"]+)"[^>]*><query xmlns="http:\/\/jabber.org\/protocol\/disco#info"\/><\/iq>/,
    );
    visitor.send(
      `<iq type='error' id='${disco!}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
    );
  }
  const [, id] = await visitor.expect(/<iq [^>]*id="([^"]+)"[^>]*><query xmlns="jabber:iq:roster"[\s\S]*?<\/iq>/);
  visitor.send(`<iq type='result' id='${id!}'><query xmlns='jabber:iq:roster'/></iq>`);
  await visitor.expect(/<presence[\s\S]*?<\/presence>/);
}
