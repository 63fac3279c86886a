import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Decryption, Omemo, OmemoSessions } from "../../omemo/ports.ts";
import type { Store } from "../../store/contract/index.ts";
import type { Inbound } from "../../model/message.ts";
import type { KeyReply } from "./decrypt-one.ts";
import { createDecrypt } from "./decrypt.ts";

const bob = "bob@localhost" as BareJid;

/** @param done the engine's result for every message */
function setup(done: Decryption) {
  const answers: KeyReply[] = [];
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
    tellsChanges: () => false,
  };
  return {
    answers,
    decrypt: createDecrypt(
      ports,
      () => [],
      (more) => answers.push(...more),
    ),
  };
}

const message = (payload: Uint8Array | null): Inbound => ({
  conversation: { jid: bob, kind: "contact" },
  author: { outgoing: false, address: bob, occupant: null, occupancy: null },
  ids: { messageId: null, originId: null, archiveId: null },
  via: "live",
  at: null,
  encrypted: { sid: 7, keys: [], iv: new Uint8Array(12), payload },
  wishes: { receipt: null, marker: false },
  payload: { kind: "text", body: "" },
});
const KEYS_ONLY = message(null);
const TEXT = message(new Uint8Array(4));
const page = (inbound: Inbound) => [
  { archiveId: "1", stamp: 0, inbound: { ...inbound, via: "archive" as const, at: 0 } },
];

describe("a message that cannot be decrypted", () => {
  const broken: Decryption = { kind: "failed", problem: "session-broken", device: 7 };
  const mend = { jid: bob, device: 7, kind: "mend" };

  it("is shown with its reason, and its session is mended", async () => {
    const { decrypt, answers } = setup(broken);
    const shown = {
      payload: { body: "" },
      protection: { kind: "omemo", device: 7, trust: null, problem: "session-broken" },
    };
    expect(await decrypt.message(TEXT, async (decrypted) => decrypted)).toMatchObject(shown);
    expect(await decrypt.page(page(TEXT), async ([entry]) => entry!.inbound)).toMatchObject(shown);
    expect(answers).toEqual([mend, mend]);
  });

  it("is not shown if it contains only keys; from the archive it does not mend, because it may be a copy of an old one", async () => {
    const { decrypt, answers } = setup(broken);
    expect(await decrypt.page(page(KEYS_ONLY), async ([entry]) => entry!.inbound)).toBeNull();
    expect(answers).toEqual([]);
    expect(await decrypt.message(KEYS_ONLY, async (decrypted) => decrypted)).toBeNull();
    expect(answers).toEqual([mend]);
  });
});

describe("what can be decrypted", () => {
  it("shows nothing if it consists of blanks, but a correction may be empty (XEP-0308)", async () => {
    const { decrypt } = setup({ kind: "text", text: " \u200b", device: 7, trust: "trusted", first: false });
    expect(await decrypt.message(TEXT, async (decrypted) => decrypted)).toBeNull();
    const correction: Inbound = { ...TEXT, payload: { kind: "text", body: "", replaces: "m0" } };
    expect((await decrypt.message(correction, async (decrypted) => decrypted))?.payload).toEqual({
      kind: "text",
      body: "",
      replaces: "m0",
    });
  });

  it("is the author's own words: a marked fallback is part of the encrypted text (XEP-0428)", async () => {
    const text = "> Alice: are you there?\nshe is on holiday";
    const { decrypt } = setup({ kind: "text", text, device: 7, trust: "trusted", first: false });
    const reply: Inbound = { ...TEXT, payload: { kind: "text", body: "", fallback: [{ start: 0, end: 24 }] } };
    expect((await decrypt.message(reply, async (decrypted) => decrypted))?.payload).toEqual({
      kind: "text",
      body: "she is on holiday",
    });
  });
});

describe("a decrypted text", () => {
  const text = (words: string): Decryption => ({
    kind: "text",
    text: words,
    device: 7,
    trust: "trusted",
    first: false,
  });

  it("that is only a link to a file shares the file, and nothing that was outside does (XEP-0454)", async () => {
    const key = "b1".repeat(32);
    const { decrypt } = setup(text(`aesgcm://a.example/b.png#${"0a".repeat(12)}${key}`));
    await decrypt.message(TEXT, async (decrypted) =>
      expect(decrypted?.payload).toMatchObject({
        body: "",
        files: [{ name: "b.png", sources: [{ url: "https://a.example/b.png", key: { key } }] }],
      }),
    );
    const plain = setup(text("see https://a.example/b.png"));
    await plain.decrypt.message(TEXT, async (decrypted) =>
      expect(decrypted?.payload).toEqual({ kind: "text", body: "see https://a.example/b.png" }),
    );
  });
});
