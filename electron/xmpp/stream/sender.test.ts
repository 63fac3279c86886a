/**
 * Sending around the moment of resumption: each stanza is sent once, in the order of the persisted queue. If the server
 * counted a stanza that is not in the queue, a later acknowledgement would cover a message that never arrived.
 */
import { expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { PLAIN, signIn, startTls, type Visitor } from "./connection/testing/server.ts";
import { testTrust } from "./connection/testing/session.ts";
import { settle, start, WAIT } from "../testing/client.ts";
import { outbound } from "../testing/outbound.ts";

const { trust, serve } = testTrust();
const bob = "bob@example.org" as BareJid;
const SM = "<sm xmlns='urn:xmpp:sm:3'/>";
const ids = (text: string): string[] => [...text.matchAll(/<message [^>]*?id="([^"]+)"/g)].map((one) => one[1]!);

async function begin(visitor: Visitor): Promise<void> {
  await signIn(visitor, trust.good, SM);
  await visitor.expect(/<enable [^>]*\/>/);
  visitor.send("<enabled xmlns='urn:xmpp:sm:3' id='s' resume='true'/>");
  await settle(visitor);
}

/** Resumes as a server that received nothing. */
async function resume(visitor: Visitor): Promise<void> {
  await startTls(visitor, trust.good);
  await visitor.stream(PLAIN);
  await visitor.expect(/<auth/);
  visitor.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  await visitor.stream(SM);
  await visitor.expect(/<resume [^>]*\/>/);
  visitor.send("<resumed xmlns='urn:xmpp:sm:3' h='0' previd='s'/>");
}

/** @returns ids of the messages up to and including this one */
const messagesUntil = async (visitor: Visitor, id: string): Promise<string[]> =>
  ids((await visitor.expect(new RegExp(`^[\\s\\S]*<message [^>]*id="${id}"[\\s\\S]*?</message>`)))[0]);

/** Resolves when all stanzas of session setup are in the persisted queue. */
const settled = (kept: ReadonlyMap<string, string | null>) =>
  vi.waitFor(() => expect(kept.get("resumption")).toContain("<presence"), WAIT);
const text = (originId: string) => outbound(bob, originId, originId);

it("sends nothing new before the stanzas of a resumed session, and nothing twice", async () => {
  let came: string[] = [];
  const server = await serve(
    async (visitor) => {
      await begin(visitor);
      await visitor.expect(/<message [^>]*id="one"/);
      visitor.end();
    },
    async (visitor) => {
      await resume(visitor);
      came = await messagesUntil(visitor, "end");
      await visitor.gone;
    },
  );
  let early: Promise<unknown> = Promise.resolve();
  const kept = new Map<string, string | null>();
  const { client } = start(server.port, {
    accountState: { get: async (key) => kept.get(key) ?? null, set: async (key, value) => void kept.set(key, value) },
    // A slow store, and a message sent in the meantime.
    async emit(event) {
      if (event.type !== "resent") return;
      early = client.messages.send(text("two")).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 50));
    },
  });
  await settled(kept);
  await client.messages.send(text("one"));
  await vi.waitFor(() => expect(client.state.state).toBe("waiting"), WAIT);
  client.connectNow();
  await vi.waitFor(() => expect(client.state.state).toBe("online"), WAIT);
  await client.messages.send(text("end"));
  await vi.waitFor(() => expect(came).not.toEqual([]), WAIT);
  // A message sent too early fails and stays in the outbox.
  expect(await early).toMatchObject({ name: "NotConnected" });
  expect(came).toEqual(["one", "end"]);
});

it("a stanza queued for a broken stream is sent by the next stream only, not again by the sender that waited for the queue to be stored", async () => {
  let came: string[] = [];
  let cut: () => void = () => undefined;
  const isCut = new Promise<void>((resolve) => (cut = resolve));
  const server = await serve(
    async (visitor) => {
      await begin(visitor);
      await isCut;
      visitor.end();
    },
    async (visitor) => {
      await resume(visitor);
      came = await messagesUntil(visitor, "end");
      await visitor.gone;
    },
  );
  const kept = new Map<string, string | null>();
  let held: Promise<void> | null = null;
  let release: () => void = () => undefined;
  const { client } = start(server.port, {
    accountState: {
      get: async (key) => kept.get(key) ?? null,
      async set(key, value) {
        if (key === "resumption" && held !== null) await held;
        kept.set(key, value);
      },
    },
  });
  await settled(kept);
  held = new Promise((resolve) => (release = resolve));
  const sending = client.messages.send(text("one"));
  cut();
  await vi.waitFor(() => expect(client.state.state).toBe("waiting"), WAIT);
  client.connectNow();
  await vi.waitFor(() => expect(client.state.state).toBe("online"), WAIT);
  release();
  await sending;
  await client.messages.send(text("end"));
  await vi.waitFor(() => expect(came).not.toEqual([]), WAIT);
  expect(came).toEqual(["one", "end"]);
});
