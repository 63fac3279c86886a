import { expect, it } from "vitest";
import type { BareJid, FullJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { createAvatars } from "./avatars.ts";

const bob = "bob@example.org" as BareJid;
const room = "salon@muc.example.org" as BareJid;

it("avatars of occupants in hostile rooms do not displace those of contacts", async () => {
  const store = { read: async () => ({ type: "image/png", bytes: new Uint8Array(1) }), write: async () => [null] };
  const avatars = createAvatars("a" as AccountId, {
    ...{ store: store as never, client: () => ({ state: { state: "off" } }) as never, publish: () => undefined },
    ...{ isRoom: (jid: BareJid) => jid === room, isContact: (jid: BareJid) => jid === bob },
  });
  const wears = (of: BareJid | FullJid, n: number): Promise<void> =>
    avatars.announced({ type: "avatar", of, by: "presence", hash: String(n).padStart(40, "0") });
  const hash = async (jid: BareJid, nickname: string | null) => (await avatars.get({ jid, nickname }))?.hash;
  await wears(bob, 1);
  for (let n = 2; n < 21_000; n++) await wears(`${room}/u${n}` as FullJid, n);
  expect(await hash(bob, null)).toBe("1".padStart(40, "0"));
  expect([await hash(room, "u2"), await hash(room, "u20999")]).toEqual([undefined, "20999".padStart(40, "0")]);
});
