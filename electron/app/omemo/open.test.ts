import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Decryption, Omemo, OmemoSessions } from "../../omemo/ports.ts";
import type { Store } from "../../store/contract/index.ts";
import type { IncomingMessage } from "../../xmpp/events.ts";
import type { Answer } from "./open-one.ts";
import { createOpen } from "./open.ts";

const bob = "bob@localhost" as BareJid;

/** @param done what the engine makes of every message */
function setup(done: Decryption) {
  const answers: Answer[] = [];
  const engine = {
    transaction: async <T, R>(
      work: (sessions: OmemoSessions) => Promise<T>,
      commit: (changes: [], done: T) => Promise<R>,
    ) => commit([], await work({ decrypt: async () => done } as unknown as OmemoSessions)),
  } as unknown as Omemo;
  const store = { read: async () => [null] } as unknown as Store;
  const ports = {
    account: "a" as AccountId,
    own: "alice@localhost" as BareJid,
    store,
    engine,
    client: () => null as never,
    publish: () => undefined,
    devicesChanged: () => undefined,
  };
  return { answers, open: createOpen(ports, (more) => answers.push(...more)) };
}

const message = (payload: Uint8Array | null): IncomingMessage => ({
  chat: bob,
  from: bob,
  fromResource: "phone",
  type: "chat",
  body: "",
  encrypted: { sid: 7, keys: [], iv: new Uint8Array(12), payload },
  messageId: null,
  originId: null,
  archiveId: null,
  delayedAt: null,
  asksReceipt: false,
  markable: false,
});
const KEYS_ONLY = message(null);
const TEXT = message(new Uint8Array(4));
const page = (content: IncomingMessage) => [
  { archiveId: "1", stamp: 0, content: { kind: "message" as const, message: content } },
];

describe("what cannot be decrypted", () => {
  const broken: Decryption = { kind: "failed", problem: "session-broken", device: 7 };
  const mend = { jid: bob, device: 7, kind: "mend" };

  it("has its session mended, and is shown with its reason", async () => {
    const { open, answers } = setup(broken);
    const shown = { body: "", protection: { kind: "omemo", device: 7, trust: null, problem: "session-broken" } };
    expect(await open.message(TEXT, async (opened) => opened)).toEqual(shown);
    expect(await open.page(page(TEXT), async ([entry]) => entry!.content)).toMatchObject({
      kind: "message",
      message: shown,
    });
    expect(answers).toEqual([mend, mend]);
  });

  it("shows nothing when it only moved keys, and from the archive it says nothing of the session: it may have been read long ago, with keys that are gone", async () => {
    const { open, answers } = setup(broken);
    expect(await open.page(page(KEYS_ONLY), async ([entry]) => entry!.content)).toBeNull();
    expect(answers).toEqual([]);
    expect(await open.message(KEYS_ONLY, async (opened) => opened)).toBeNull();
    expect(answers).toEqual([mend]);
  });
});
