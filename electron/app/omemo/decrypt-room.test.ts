import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Decryption, Envelope, Omemo, OmemoSessions } from "../../omemo/ports.ts";
import type { Store } from "../../store/contract/index.ts";
import type { Inbound } from "../../model/message.ts";
import type { KeyReply } from "./decrypt-one.ts";
import { createDecrypt } from "./decrypt.ts";

const room = "den@rooms.example.org" as BareJid;
const [own, ann, bob] = ["me@example.org", "ann@example.org", "bob@example.org"] as BareJid[] as [
  BareJid,
  BareJid,
  BareJid,
];
const text: Decryption = { kind: "text", text: "hello", device: 7, trust: "trusted", first: false };

/**
 * @param does the engine's result for a message attributed to this person
 * @param known how the store identifies it
 * @param withSession people with a session
 */
function setup(
  does: (from: BareJid, envelope: Envelope) => Decryption,
  known: "archive-id" | "token" | null = null,
  withSession: readonly BareJid[] = [],
) {
  const answers: KeyReply[] = [];
  const tried: [BareJid, number][] = [];
  const decrypt = async (from: BareJid, envelope: Envelope) => {
    tried.push([from, envelope.keys.length]);
    return does(from, envelope);
  };
  const engine = {
    transaction: async <T, R>(
      work: (sessions: OmemoSessions) => Promise<T>,
      commit: (changes: [], done: T) => Promise<R>,
    ) => commit([], await work({ decrypt } as unknown as OmemoSessions)),
  } as unknown as Omemo;
  const read = async (name: string, args: { of?: unknown[]; jid?: BareJid }) =>
    name === "messages.known" ? args.of!.map(() => known) : withSession.includes(args.jid!) ? new Uint8Array(1) : null;
  const ports = {
    account: "a" as AccountId,
    own,
    store: { read } as unknown as Store,
    engine,
    client: () => null as never,
    publish: () => undefined,
    devicesChanged: () => undefined,
    tellsChanges: () => false,
  };
  return {
    answers,
    tried,
    decrypt: createDecrypt(
      ports,
      () => [ann, bob],
      (more) => answers.push(...more),
    ),
  };
}

const key = (prekey: boolean) => ({ rid: 1, prekey, data: new Uint8Array(40) });
interface Said {
  jid?: BareJid | null;
  own?: boolean;
  encrypted?: Inbound["encrypted"];
}
const said = ({ jid = ann, own: outgoing = false, encrypted }: Said = {}, keys = [key(false)]): Inbound => ({
  conversation: { jid: room, kind: "room" },
  author: { outgoing, address: room, occupant: { nickname: "Ann", occupantId: null, jid }, occupancy: null },
  ids: { messageId: "s", originId: "o", archiveId: null },
  via: "live",
  at: null,
  encrypted: encrypted === undefined ? { sid: 7, keys, iv: new Uint8Array(12), payload: new Uint8Array(4) } : encrypted,
  wishes: { receipt: null, marker: false },
  payload: { kind: "text", body: "fallback" },
});
const entry = (inbound: Inbound | null) => [{ archiveId: "1", stamp: 0, inbound }];
/** The decrypted message. */
const came = (body: string, jid: BareJid | null, of: object) => ({
  author: { occupant: { jid } },
  payload: { kind: "text", body },
  protection: of,
});
const protection = (more: object) => ({ kind: "omemo", device: 7, trust: null, problem: null, ...more });
const failing = (): Decryption => ({ kind: "failed", problem: "no-session", device: 7 });

describe("an encrypted message of a room", () => {
  it("is decrypted with a session of the occupant's real JID, and attributed to them", async () => {
    const { decrypt, tried } = setup(() => text, null, [ann, bob]);
    expect(await decrypt.message(said(), async (decrypted) => decrypted)).toMatchObject(
      came("hello", ann, protection({ trust: "trusted" })),
    );
    expect(tried).toEqual([[ann, 1]]);
  });

  it("that fails in a session is kept with the reason, and only the occupant named by the room is asked to mend", async () => {
    const { decrypt, answers } = setup(failing, null, [ann, bob]);
    expect(await decrypt.message(said(), async (decrypted) => decrypted)).toMatchObject(
      came("", ann, protection({ problem: "no-session" })),
    );
    expect(answers).toEqual([{ jid: ann, device: 7, kind: "mend" }]);
  });

  it("from an unidentified occupant is attributed to the existing session that decrypts it; none is started", async () => {
    const { decrypt, tried } = setup((from) => (from === bob ? text : failing()), null, [ann, bob]);
    expect(
      await decrypt.message(said({ jid: null }, [key(true), key(false)]), async (decrypted) => decrypted),
    ).toMatchObject(came("hello", bob, { kind: "omemo" }));
    expect(tried).toEqual([
      [ann, 1],
      [bob, 1],
    ]);
    const first = setup(() => text, null, [ann, bob]);
    expect(await first.decrypt.message(said({ jid: null }, [key(true)]), async (decrypted) => decrypted)).toMatchObject(
      came("", null, protection({ problem: "unknown-sender" })),
    );
    expect(first.tried).toEqual([]);
    expect(await setup(() => text).decrypt.message(said({ jid: null }), async (decrypted) => decrypted)).toMatchObject(
      came("", null, { problem: "unknown-sender" }),
    );
  });

  it("that is our own reflected one, or known by its archive id, needs no key", async () => {
    const { decrypt, tried } = setup(failing, "token");
    await decrypt.message(said({ jid: own, own: true }), async (decrypted) =>
      expect(decrypted).toMatchObject(came("", own, { kind: "omemo" })),
    );
    const held = setup(failing, "archive-id");
    await held.decrypt.page(entry(said()), async (decrypted) =>
      expect(decrypted).toMatchObject(entry(came("", ann, { kind: "omemo" }) as never)),
    );
    expect([...tried, ...held.tried]).toEqual([]);
  });

  it("that is malformed or plaintext is kept as such", async () => {
    const { decrypt, tried } = setup(() => text);
    expect(await decrypt.message(said({ encrypted: "malformed" }), async (decrypted) => decrypted)).toMatchObject(
      came("", ann, { problem: "malformed" }),
    );
    expect(await decrypt.message(said({ encrypted: null }), async (decrypted) => decrypted)).toMatchObject(
      came("fallback", ann, { kind: "none" }),
    );
    expect(await decrypt.page(entry(null), async (decrypted) => decrypted)).toEqual(entry(null));
    expect(tried).toEqual([]);
  });
});
