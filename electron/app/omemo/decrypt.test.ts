import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Decryption, Omemo, OmemoSessions } from "../../omemo/ports.ts";
import type { Store } from "../../store/contract/index.ts";
import type { Inbound } from "../../model/message.ts";
import type { Answer } from "./decrypt-one.ts";
import { createDecrypt } from "./decrypt.ts";

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
  author: { outgoing: false, address: bob, occupant: null, stay: null },
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

describe("what cannot be decrypted", () => {
  const broken: Decryption = { kind: "failed", problem: "session-broken", device: 7 };
  const mend = { jid: bob, device: 7, kind: "mend" };

  it("has its session mended, and is shown with its reason", async () => {
    const { decrypt, answers } = setup(broken);
    const shown = {
      payload: { body: "" },
      protection: { kind: "omemo", device: 7, trust: null, problem: "session-broken" },
    };
    expect(await decrypt.message(TEXT, async (decrypted) => decrypted)).toMatchObject(shown);
    expect(await decrypt.page(page(TEXT), async ([entry]) => entry!.inbound)).toMatchObject(shown);
    expect(answers).toEqual([mend, mend]);
  });

  it("shows nothing when it only moved keys, and from the archive it says nothing of the session: it may have been read long ago, with keys that are gone", async () => {
    const { decrypt, answers } = setup(broken);
    expect(await decrypt.page(page(KEYS_ONLY), async ([entry]) => entry!.inbound)).toBeNull();
    expect(answers).toEqual([]);
    expect(await decrypt.message(KEYS_ONLY, async (decrypted) => decrypted)).toBeNull();
    expect(answers).toEqual([mend]);
  });
});
