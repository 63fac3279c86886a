import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Decryption, Envelope, Omemo, OmemoSessions } from "../../omemo/ports.ts";
import type { Store } from "../../store/contract/index.ts";
import type { RoomMessage } from "../../xmpp/room-events.ts";
import type { Answer } from "./open-one.ts";
import { createOpenRoom } from "./open-room.ts";

const room = "den@rooms.example.org" as BareJid;
const [own, ann, bob] = ["me@example.org", "ann@example.org", "bob@example.org"] as BareJid[] as [
  BareJid,
  BareJid,
  BareJid,
];
const text: Decryption = { kind: "text", text: "hello", device: 7, trust: "trusted", first: false };

/**
 * @param does what the engine makes of a message of whom it is taken for
 * @param known how the store knows it
 * @param withSession who has one
 */
function setup(
  does: (from: BareJid, envelope: Envelope) => Decryption,
  known: "archive-id" | "token" | null = null,
  withSession: readonly BareJid[] = [],
) {
  const answers: Answer[] = [];
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
  };
  return {
    answers,
    tried,
    open: createOpenRoom(
      ports,
      () => [ann, bob],
      (more) => answers.push(...more),
    ),
  };
}

const key = (prekey: boolean) => ({ rid: 1, prekey, data: new Uint8Array(40) });
const said = (more: Partial<RoomMessage> = {}, keys = [key(false)]): RoomMessage => ({
  room,
  nickname: "Ann",
  occupantId: null,
  jid: ann,
  own: false,
  body: "fallback",
  messageId: "s",
  originId: "o",
  archiveId: null,
  delayedAt: null,
  encrypted: { sid: 7, keys, iv: new Uint8Array(12), payload: new Uint8Array(4) },
  ...more,
});
const protection = (more: object) => ({ kind: "omemo", device: 7, trust: null, problem: null, ...more });
const failing = (): Decryption => ({ kind: "failed", problem: "no-session", device: 7 });

describe("an encrypted message of a room", () => {
  it("is looked for among the sessions of whom the room names, and is his", async () => {
    const { open, tried } = setup(() => text, null, [ann, bob]);
    expect(await open.message(said(), async (opened) => opened)).toEqual({
      body: "hello",
      jid: ann,
      protection: protection({ trust: "trusted" }),
    });
    expect(tried).toEqual([[ann, 1]]);
  });

  it("whose session does not fit is kept with its reason, as from whom the room names, who alone is to mend it", async () => {
    const { open, answers } = setup(failing, null, [ann, bob]);
    expect(await open.message(said(), async (opened) => opened)).toEqual({
      body: "",
      jid: ann,
      protection: protection({ problem: "no-session" }),
    });
    expect(answers).toEqual([{ jid: ann, device: 7, kind: "mend" }]);
  });

  it("of nobody who is named is whose session opens it, and only sessions that there are are tried, never a new one", async () => {
    const { open, tried } = setup((from) => (from === bob ? text : failing()), null, [ann, bob]);
    expect(await open.message(said({ jid: null }, [key(true), key(false)]), async (opened) => opened)).toMatchObject({
      body: "hello",
      jid: bob,
    });
    expect(tried).toEqual([
      [ann, 1],
      [bob, 1],
    ]);
    const first = setup(() => text, null, [ann, bob]);
    expect(await first.open.message(said({ jid: null }, [key(true)]), async (opened) => opened)).toEqual({
      body: "",
      jid: null,
      protection: protection({ problem: "unknown-sender" }),
    });
    expect(first.tried).toEqual([]);
    expect(await setup(() => text).open.message(said({ jid: null }), async (opened) => opened)).toMatchObject({
      jid: null,
      protection: { problem: "unknown-sender" },
    });
  });

  it("that is ours and comes back needs no key, and neither does what is held under its name in the archive", async () => {
    const { open, tried } = setup(failing, "token");
    await open.message(said({ jid: own, own: true }), async (opened) =>
      expect(opened).toMatchObject({ body: "", jid: own }),
    );
    const held = setup(failing, "archive-id");
    await held.open.page([{ archiveId: "1", stamp: 0, message: said() }], async (opened) =>
      expect(opened).toMatchObject([{ body: "", jid: ann }]),
    );
    expect([...tried, ...held.tried]).toEqual([]);
  });

  it("that is malformed, or plain, is taken as what it is", async () => {
    const { open, tried } = setup(() => text);
    expect(await open.message(said({ encrypted: "malformed" }), async (opened) => opened)).toMatchObject({
      body: "",
      protection: { problem: "malformed" },
    });
    expect(await open.message(said({ encrypted: null }), async (opened) => opened)).toEqual({
      body: "fallback",
      jid: ann,
      protection: { kind: "none" },
    });
    expect(await open.page([{ archiveId: "1", stamp: 0, message: null }], async (opened) => opened)).toEqual([null]);
    expect(tried).toEqual([]);
  });
});
