/** Contacts whose addresses RFC 7622 refuses, on servers that follow RFC 6122 and let them in. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startEjabberd } from "../../../e2e/peers/servers/ejabberd.ts";
import { startProsody } from "../../../e2e/peers/servers/prosody.ts";
import { receivedJid, toBare, tryJid } from "../../../shared/jid.ts";
import { ALICE, WAIT, type Device } from "../testing/device.ts";
import { World } from "../testing/world.ts";

async function ejabberd() {
  const server = await startEjabberd();
  await server.register("alice", ALICE.password);
  return server;
}

describe.each([
  ["Prosody", () => startProsody({ accounts: { alice: ALICE.password } })],
  ["ejabberd", ejabberd],
] as const)("a contact whose address RFC 7622 refuses, over %s", (_, startServer) => {
  let world: World;
  let alice: Device;
  beforeAll(async () => {
    world = new World((await startServer()) as never);
    alice = await world.device(ALICE);
  });
  afterAll(() => world?.end());

  it("is in the roster, also after a restart, can be written to, renamed and removed", async () => {
    const jid = toBare(receivedJid("\u0645\u0640\u0645@localhost")!);
    expect(tryJid(jid)).toBeNull();
    const key = { account: alice.account.id, jid };
    const contacts = async () =>
      (await alice.core.handlers["roster.page"]({ limit: 100 })).contacts.map((one) => [one.jid, one.name]);
    const areThere = (wanted: string[][]) => vi.waitFor(async () => expect(await contacts()).toEqual(wanted), WAIT);
    await alice.core.handlers["roster.add"]({ ...key, name: "Mim", groups: [] });
    await areThere([[jid, "Mim"]]);
    // Nobody is there: the server answers about this very address.
    await alice.core.handlers["message.send"]({ ...key, body: "salam", encryption: "none" });
    await vi.waitFor(
      async () =>
        expect((await alice.all(jid)).at(-1)).toMatchObject({
          delivery: "failed",
          failure: { condition: "service-unavailable" },
        }),
      WAIT,
    );
    await alice.quit();
    await alice.startAgain();
    await alice.caughtUp();
    await alice.core.handlers["roster.rename"]({ ...key, name: "Meem" });
    await areThere([[jid, "Meem"]]);
    await alice.core.handlers["roster.remove"](key);
    await areThere([]);
  });
});
