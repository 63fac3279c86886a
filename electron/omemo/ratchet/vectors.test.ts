/**
 * Test vectors: messages of Signal's own library (libsignal-client 0.22.0, the last with version 3 messages; its keys
 * are in signal-vectors.json), and a session in the format of the first store version.
 */
import { expect, test } from "vitest";
import { bareJid } from "../../../shared/jid.ts";
import { createOmemo } from "../engine.ts";
import { Stored } from "../testing/device.ts";
import type { Decryption, Envelope, KeyPair } from "../ports.ts";
import vectors from "./signal-vectors.json" with { type: "json" };

const bytes = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, "base64"));
const pair = ({ publicKey, privateKey }: Record<keyof KeyPair, string>): KeyPair => ({
  publicKey: bytes(publicKey),
  privateKey: bytes(privateKey),
});
const peer = bareJid("peer@example.org");
const device = 4242;

function engine() {
  const { own, signedPreKey, preKey } = vectors;
  const stored = new Stored();
  stored.apply([
    { kind: "own", own: { id: own.id, identity: pair(own) } },
    {
      kind: "signedPreKey",
      add: { id: signedPreKey.id, ...pair(signedPreKey), signature: new Uint8Array(64), createdAt: 0 },
    },
    { kind: "prekeys", add: [{ id: preKey.id, ...pair(preKey) }] },
  ]);
  const omemo = createOmemo({ account: bareJid("us@example.org"), records: stored });
  const read = (message: (typeof vectors.first)[number]): Promise<Decryption> => {
    const key = { rid: own.id, prekey: message.prekey, data: bytes(message.key) };
    const envelope: Envelope = { sid: device, keys: [key], iv: bytes(message.iv), payload: bytes(message.payload) };
    return omemo.transaction(
      (sessions) => sessions.decrypt(peer, envelope),
      (changes, done) => Promise.resolve(stored.apply(changes)).then(() => done),
    );
  };
  return { stored, read };
}

test("decrypts messages of a session that Signal's library began, in any order", async () => {
  const { stored, read } = engine();
  for (const [turn, at] of [4, 0, 2, 1, 3].entries()) {
    expect(await read(vectors.first[at]!)).toEqual({
      kind: "text",
      text: `first ${at}`,
      device,
      trust: "trusted",
      first: turn === 0,
    });
  }
  for (const message of vectors.first) expect(await read(message)).toEqual({ kind: "repeated", device });
  expect(stored.known).toEqual([{ jid: peer, device, identityKey: bytes(vectors.identityKey), trust: "trusted" }]);
  expect([...stored.used]).toEqual([vectors.preKey.id]);
});

test("reads a stored session and decrypts the answers in it", async () => {
  const { stored, read } = engine();
  stored.sessions.set(`${peer} ${device}`, bytes(vectors.record));
  stored.know({ jid: peer, device }, bytes(vectors.identityKey), "verified");
  for (const at of [3, 0, 2, 1])
    expect(await read(vectors.second[at]!)).toMatchObject({
      kind: "text",
      text: `second ${at}`,
      trust: "verified",
      first: false,
    });
  // Two messages of the previous chain were read before the session was stored; the others are still decrypted.
  const texts = await Promise.all(vectors.first.map((message) => read(message)));
  expect(texts.map((one) => (one.kind === "text" ? one.text : one.kind))).toEqual([
    "repeated",
    "first 1",
    "first 2",
    "repeated",
    "first 4",
  ]);
});
