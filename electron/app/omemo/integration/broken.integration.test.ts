/**
 * Sessions that one side lost, and prekeys that are used twice: unreadable messages show the reason, and then the chat
 * continues by itself.
 */
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { encrypted, publishedBundle, type OmemoPeer } from "../../../../e2e/peers/omemo-peer.ts";
import type { Envelope } from "../../../omemo/ports.ts";
import { TestDevice } from "../../../omemo/testing/device.ts";
import { openStore } from "../../../store/engine/open.ts";
import { WAIT } from "../../testing/device.ts";
import { alice, OmemoWorld, type EncryptingDevice } from "../../testing/omemo-world.ts";

const bob = "bob@localhost" as BareJid;
const carol = "carol@localhost" as BareJid;
const world = new OmemoWorld();
let ours: EncryptingDevice;
let friend: OmemoPeer;

beforeAll(async () => {
  await world.start(["bob", "carol"]);
  [ours, friend] = await Promise.all([world.jackdaw(), world.peer("bob")]);
  await ours.encryptsFor(bob);
  await fine();
});
afterAll(() => world.end());

async function fine(): Promise<void> {
  for (let n = 0; n < 3; n++) {
    const [there, here] = [`to Alice ${crypto.randomUUID()}`, `from Alice ${crypto.randomUUID()}`];
    await friend.say(alice, there);
    await ours.reads(bob, there, friend.id);
    await ours.say(bob, here);
    await vi.waitFor(() => expect(friend.heard).toContain(here), WAIT);
  }
}
const problems = async (of: BareJid) =>
  (await ours.all(of)).flatMap(({ direction, protection }) =>
    direction === "in" && protection.kind === "omemo" && protection.problem !== null ? [protection.problem] : [],
  );
const transports = (peer: OmemoPeer): number => peer.heard.filter((one) => one === "transport").length;

it("the contact loses its sessions: our next message is unreadable there, it starts a new session, and we use that", async () => {
  friend.device.stored.sessions.clear();
  friend.device.restart();
  await ours.say(bob, "into a session that is gone");
  await vi.waitFor(() => expect(friend.heard.at(-1)).toBe("no-session"), WAIT);
  await friend.say(alice, "begun anew");
  await ours.reads(bob, "begun anew", friend.id);
  await fine();
  expect(await problems(bob)).toEqual([]);
});

it("we lose the session: messages are shown as unreadable, one new session is sent, and the next message is readable", async () => {
  const before = transports(friend);
  await ours.quit();
  const key = [...ours.host.secrets.values()][0]!;
  const store = await openStore({ path: join(ours.host.dataFolder, "jackdaw.db"), key });
  const session = { kind: "session" as const, jid: bob, device: friend.id, record: Uint8Array.of(0) };
  await store.write({ op: "omemo.apply", args: { account: ours.account.id, changes: [session], now: Date.now() } });
  await store.close();
  await ours.startAgain();
  await ours.caughtUp();

  const lost: Envelope[] = [];
  for (const text of ["lost one", "lost two", "lost three"]) lost.push(await friend.seal(alice, text));
  for (const one of lost) await friend.send(alice, encrypted(one));
  await vi.waitFor(async () => expect(await problems(bob)).toHaveLength(3), WAIT);
  expect((await problems(bob))[0]).toBe("no-session");
  await vi.waitFor(() => expect(transports(friend)).toBe(before + 1), WAIT);
  await friend.say(alice, "and now?");
  await ours.reads(bob, "and now?", friend.id);
  await fine();
  expect((await ours.bodies(bob)).filter((body) => body.startsWith("lost"))).toEqual([]);
  // At most once an hour, so that nobody can make us send more.
  expect(transports(friend)).toBe(before + 1);
});

it("a used prekey starts no second session: the message is shown as unreadable, and the session is mended once", async () => {
  const first = await world.peer("carol");
  await ours.encryptsFor(carol);
  const { id } = await ours.own();
  const bundle = await publishedBundle(first.peer, { jid: alice, device: id });
  const one = { ...bundle, preKeys: [bundle.preKeys[7]!] };
  const address = { jid: alice, device: id };
  await first.device.do((sessions) => sessions.begin(address, one));
  await first.say(alice, "with a prekey");
  await ours.reads(carol, "with a prekey", first.id);
  // It is replaced at once, and deleted when the archive can contain no more messages for it.
  await vi.waitFor(
    async () =>
      expect((await publishedBundle(first.peer, address)).preKeys.map((key) => key.id)).not.toContain(
        one.preKeys[0]!.id,
      ),
    WAIT,
  );
  await ours.quit();
  await ours.startAgain();
  await ours.caughtUp();
  await ours.say(carol, "here I am again");
  await vi.waitFor(() => expect(first.heard).toContain("here I am again"), WAIT);

  const second = await world.peer("carol");
  await first.publish([first.id, second.id]);
  await vi.waitFor(async () => expect((await ours.known(carol)).map((device) => device.id)).toContain(second.id), WAIT);
  const broken: Envelope[] = [];
  for (let n = 0; n < 3; n++) {
    await second.device.do((sessions) => sessions.begin(address, one));
    broken.push(await second.seal(alice, `with the same prekey ${n}`));
  }
  for (const envelope of broken) await second.send(alice, encrypted(envelope));
  await vi.waitFor(
    async () => expect(await problems(carol)).toEqual(["session-broken", "session-broken", "session-broken"]),
    WAIT,
  );
  await vi.waitFor(() => expect(transports(second)).toBe(1), WAIT);
  await second.say(alice, "in the session that was sent");
  await ours.reads(carol, "in the session that was sent", second.id);
  await ours.say(carol, "to both");
  for (const peer of [first, second]) await vi.waitFor(() => expect(peer.heard).toContain("to both"), WAIT);
  expect(transports(second)).toBe(1);
});

it("made-up devices with broken sessions: nothing is sent to devices that are not in the list", async () => {
  const before = friend.peer.stanzas.length;
  const ids = Array.from({ length: 20 }, (_, n) => n + 1);
  for (const id of ids) {
    const made = await TestDevice.create(bob);
    made.stored.device = { ...made.stored.device!, id };
    const { envelope } = await made.do(async (sessions) => {
      const us = { jid: alice, device: (await ours.own()).id };
      await sessions.begin(us, await publishedBundle(friend.peer, us));
      return sessions.encrypt([us], "broken");
    });
    const [key] = envelope.keys;
    key!.data[key!.data.length - 1]! ^= 1;
    await friend.send(alice, encrypted(envelope));
  }
  await fine();
  const encryptedOnes = friend.peer.stanzas.slice(before).filter((one) => one.getChild("encrypted") !== undefined);
  const rids = encryptedOnes.flatMap((one) =>
    one
      .getChild("encrypted")!
      .getChild("header")!
      .getChildren("key")
      .map((key) => Number(key.attrs["rid"])),
  );
  expect(new Set(rids)).toEqual(new Set([friend.id]));
  expect((await ours.known(bob)).map(({ id }) => id)).toEqual([friend.id]);
});
