/** Subscription requests of an account with two devices, over real servers: one device answers, the other one hears. */
import xml from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Peer } from "../../../e2e/peers/peer.ts";
import { startEjabberd } from "../../../e2e/peers/servers/ejabberd.ts";
import { startProsody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { ALICE, WAIT, type Device } from "../testing/device.ts";
import { World } from "../testing/world.ts";

const bob = "bob@localhost" as BareJid;

async function ejabberd() {
  const server = await startEjabberd();
  await server.register("alice", ALICE.password);
  await server.register("bob", "hidden");
  return server;
}

describe.each([
  ["Prosody", () => startProsody({ accounts: { alice: ALICE.password, bob: "hidden" } })],
  ["ejabberd", ejabberd],
] as const)("subscription requests over %s", (_, startServer) => {
  let world: World;
  let here: Device;
  let there: Device;
  let peer: Peer;

  beforeAll(async () => {
    world = new World((await startServer()) as never);
    [here, there, peer] = await Promise.all([world.device(ALICE), world.device(ALICE), world.client("bob", "hidden")]);
  });
  afterAll(() => world?.end());

  const waiting = async (one: Device) =>
    (await one.core.handlers["subscription.pending"]({})).requests.map(({ jid }) => jid);
  const waits = (one: Device, jids: BareJid[]) =>
    vi.waitFor(async () => expect(await waiting(one)).toEqual(jids), WAIT);
  const asks = async (): Promise<void> => {
    await peer.send(xml("presence", { to: ALICE.jid, type: "subscribe" }));
    await Promise.all([here, there].map((one) => waits(one, [bob])));
  };

  it("an unanswered request is there after a restart", async () => {
    await asks();
    await here.quit();
    await here.startAgain();
    await here.caughtUp();
    await waits(here, [bob]);
  });

  it("a request that another device denied while this one was off is removed in the next session", async () => {
    await here.quit();
    await there.core.handlers["subscription.deny"]({ account: there.account.id, jid: bob });
    await waits(there, []);
    await here.startAgain();
    await waits(here, []);
  });

  it("a request that another device accepts is removed at once", async () => {
    await asks();
    await there.core.handlers["subscription.accept"]({ account: there.account.id, jid: bob });
    await waits(here, []);
  });
});
