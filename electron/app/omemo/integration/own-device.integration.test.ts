/** Our device in our account's device list, over a real Prosody: it stays there, whatever our other clients publish. */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { publishDevices } from "../../../../e2e/peers/omemo-nodes.ts";
import { connectPeer } from "../../../../e2e/peers/peer.ts";
import { WAIT } from "../../testing/device.ts";
import { alice, OmemoWorld, type EncryptingDevice } from "../../testing/omemo-world.ts";

const world = new OmemoWorld();
let first: EncryptingDevice;
let second: EncryptingDevice;
let ids: number[];

const sorted = (devices: readonly number[]): number[] => [...devices].sort((a, b) => a - b);
const allListed = (more: readonly number[] = []): Promise<void> =>
  vi.waitFor(async () => expect(sorted(await world.published(alice))).toEqual(sorted([...ids, ...more])), WAIT);

beforeAll(() => world.start([]), 60_000);
afterAll(() => world.end());

it("two devices that sign in at the same moment are both in the list", async () => {
  [first, second] = await Promise.all([world.jackdaw(), world.jackdaw()]);
  ids = [(await first.own()).id, (await second.own()).id];
  await allListed();
});

it("a client that publishes its own list repeatedly does not keep ours out", async () => {
  const phone = await connectPeer({ jid: alice, password: "secret", resource: "phone", server: world.server });
  await publishDevices(phone, []);
  await allListed();
  await publishDevices(phone, [4711]);
  await allListed([4711]);
  await publishDevices(phone, [4711]);
  await allListed([4711]);
  await phone.stop();
});
