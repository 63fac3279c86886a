/**
 * What goes out around the moment when a session is resumed: each stanza once, and in the order of the record. A stanza
 * that the server counts and the record does not makes a later acknowledgement speak for a message that never arrived.
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

/** As by a server that had got nothing of what was sent. */
async function resume(visitor: Visitor): Promise<void> {
  await startTls(visitor, trust.good);
  await visitor.stream(PLAIN);
  await visitor.expect(/<auth/);
  visitor.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  await visitor.stream(SM);
  await visitor.expect(/<resume [^>]*\/>/);
  visitor.send("<resumed xmlns='urn:xmpp:sm:3' h='0' previd='s'/>");
}

/** @returns ids of the messages that came before this one and with it */
const messagesUntil = async (visitor: Visitor, id: string): Promise<string[]> =>
  ids((await visitor.expect(new RegExp(`^[\\s\\S]*<message [^>]*id="${id}"[\\s\\S]*?</message>`)))[0]);

/** All that belongs to coming online is on record. */
const settled = (kept: ReadonlyMap<string, string | null>) =>
  vi.waitFor(() => expect(kept.get("resumption")).toContain("<presence"), WAIT);
const text = (originId: string) => outbound(bob, originId, originId);

it("nothing new goes out before what a resumed session sends again, and nothing twice", async () => {
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
    memory: { get: async (key) => kept.get(key) ?? null, set: async (key, value) => void kept.set(key, value) },
    // A store that takes its time, and somebody who writes meanwhile.
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
  // Who was too early is told so, and keeps the message.
  expect(await early).toMatchObject({ name: "NotConnected" });
  expect(came).toEqual(["one", "end"]);
});

it("what was put on record for a stream that broke is sent by the next one, and not once more by whoever waited for the record", async () => {
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
    memory: {
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
