/** Session setup: in an order without gaps, and repeated if the previous session broke during setup. */
import { afterEach, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { createXmppClient } from "../client.ts";
import { PLAIN, signIn, startTls, type Visitor } from "./connection/testing/server.ts";
import { testTrust } from "./connection/testing/session.ts";
import type { XmppClient, XmppClientOptions } from "../api.ts";
import type { AccountStateKey } from "../stream.ts";

const { trust, serve } = testTrust();
const SM = "<sm xmlns='urn:xmpp:sm:3'/>";
const WAIT = { timeout: 15_000, interval: 5 };
const DISCO = /<iq [^>]*id="([^"]+)"[^>]*><query xmlns="http:\/\/jabber.org\/protocol\/disco#info"\/><\/iq>/;

let client: XmppClient | null = null;
afterEach(() => client?.stop());

function start(
  port: number,
  kept = new Map<AccountStateKey, string | null>(),
  emit: XmppClientOptions["emit"] = async () => undefined,
): XmppClient {
  return (client = createXmppClient({
    account: "alice@example.org" as BareJid,
    password: "secret",
    advanced: { host: "127.0.0.1", port },
    pinnedFingerprint: null,
    rosterVersion: async () => null,
    accountState: { get: async (key) => kept.get(key) ?? null, set: async (key, value) => void kept.set(key, value) },
    emit,
    software: { name: "Jackdaw", version: "0" },
  }));
}

async function begin(visitor: Visitor, id: string): Promise<void> {
  await signIn(visitor, trust.good, SM);
  await visitor.expect(/<enable [^>]*\/>/);
  visitor.send(`<enabled xmlns='urn:xmpp:sm:3' id='${id}' resume='true'/>`);
}

async function resume(visitor: Visitor, h: number): Promise<void> {
  await startTls(visitor, trust.good);
  await visitor.stream(PLAIN);
  await visitor.expect(/<auth/);
  visitor.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  await visitor.stream(SM);
  const [, previd] = await visitor.expect(/<resume [^>]*previd="([^"]+)"[^>]*\/>/);
  visitor.send(`<resumed xmlns='urn:xmpp:sm:3' h='${h}' previd='${previd!}'/>`);
}

/** Answers everything up to the first presence. @returns the namespaces of the requests */
async function answer(visitor: Visitor): Promise<string[]> {
  const asked: string[] = [];
  for (;;) {
    const [whole, id] = await visitor.expect(
      /<iq [^>]*id="([^"]+)"[^>]*><[\s\S]*?<\/iq>|<presence[^>]*><c [\s\S]*?<\/presence>/,
    );
    if (id === undefined) return asked;
    asked.push(/xmlns="([^"]+)"/.exec(whole.slice(whole.indexOf(">")))![1]!);
    const children = DISCO.test(whole)
      ? "<query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:carbons:2'/></query>"
      : whole.includes("jabber:iq:roster")
        ? "<query xmlns='jabber:iq:roster'/>"
        : "";
    const from = /to="([^"]+)"/.exec(whole)?.[1];
    visitor.send(`<iq type='result' id='${id}'${from === undefined ? "" : ` from='${from}'`}>${children}</iq>`);
  }
}

const TOO_BIG =
  "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>XML stanza is too big</text></stream:error>";

it("queries the archive only after sending presence, so that no message falls between archive and live delivery", async () => {
  let before: string[] | null = null;
  const asksArchive = /<query[^>]*xmlns="urn:xmpp:mam:2"/;
  const server = await serve(async (visitor) => {
    await begin(visitor, "one");
    const asked = await answer(visitor);
    await visitor.expect(asksArchive);
    before = asked;
    await visitor.gone;
  });
  const alice = start(server.port, new Map(), async (event) => {
    if (event.type === "ready") void alice.archive.page({ before: null, max: 1 }).catch(() => undefined);
  });
  alice.start();
  await vi.waitFor(() => expect(before).not.toBeNull(), WAIT);
  expect(before).not.toContain("urn:xmpp:mam:2");
});

it("requests carbons and roster when it resumes a session that broke during setup", async () => {
  let asked: string[] = [];
  const server = await serve(
    async (visitor) => {
      await begin(visitor, "one");
      await answer(visitor);
      visitor.end();
    },
    async (visitor) => {
      await startTls(visitor, trust.good);
      await visitor.stream(PLAIN);
      await visitor.expect(/<auth/);
      visitor.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
      await visitor.stream(`<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>${SM}`);
      await visitor.expect(/<resume [^>]*\/>/);
      visitor.send(
        "<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
      );
      const [, id] = await visitor.expect(/<iq [^>]*id="([^"]+)"[^>]*><bind[\s\S]*?<\/iq>/);
      visitor.send(
        `<iq type='result' id='${id!}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@example.org/here</jid></bind></iq>`,
      );
      await visitor.expect(/<enable [^>]*\/>/);
      visitor.send("<enabled xmlns='urn:xmpp:sm:3' id='two' resume='true'/>");
      await visitor.expect(DISCO);
      visitor.end();
    },
    async (visitor) => {
      await resume(visitor, 0);
      asked = await answer(visitor);
      await visitor.gone;
    },
  );
  const alice = start(server.port);
  alice.start();
  for (const visits of [2, 3]) {
    await vi.waitFor(() => expect(alice.state.state).toBe("waiting"), WAIT);
    alice.connectNow();
    await vi.waitFor(() => expect(server.visits).toBe(visits), WAIT);
  }
  await vi.waitFor(
    () => expect(asked).toEqual(expect.arrayContaining(["urn:xmpp:carbons:2", "jabber:iq:roster"])),
    WAIT,
  );
});

it("enables carbons when it resumes a session that a previous process left during setup", async () => {
  const kept = new Map<AccountStateKey, string | null>();
  let asked: string[] = [];
  const server = await serve(
    async (visitor) => {
      await begin(visitor, "one");
      await visitor.expect(DISCO);
      visitor.end();
    },
    async (visitor) => {
      await resume(visitor, 0);
      asked = await answer(visitor);
      await visitor.gone;
    },
  );
  const dying = start(server.port, kept);
  dying.start();
  await vi.waitFor(() => expect(dying.state.state).toBe("waiting"), WAIT);
  // The next process has only the stored state.
  const next = start(server.port, new Map(kept));
  next.start();
  await vi.waitFor(() => expect(asked).toContain("urn:xmpp:carbons:2"), WAIT);
  await dying.stop();
});

it("reconnects when the server rejects a stanza in a resumed session without having acknowledged anything", async () => {
  let anew = false;
  const server = await serve(
    async (visitor) => {
      await begin(visitor, "one");
      await answer(visitor);
      visitor.end();
    },
    async (visitor) => {
      await resume(visitor, 0);
      visitor.send(TOO_BIG);
      visitor.end();
    },
    async (visitor) => {
      await begin(visitor, "two");
      anew = true;
      await answer(visitor);
      visitor.send(TOO_BIG);
      visitor.end();
    },
  );
  const alice = start(server.port);
  alice.start();
  for (const visits of [2, 3]) {
    await vi.waitFor(() => expect(alice.state.state).toBe("waiting"), WAIT);
    alice.connectNow();
    await vi.waitFor(() => expect(server.visits).toBe(visits), WAIT);
  }
  await vi.waitFor(() => expect(anew).toBe(true), WAIT);
  await vi.waitFor(
    () => expect(alice.state).toMatchObject({ state: "waiting", problem: { code: "policy-violation" } }),
    WAIT,
  );
});
