/**
 * Bookmarks next to older clients: on a Prosody that synchronizes all stores (mod_bookmarks), and on one that does not.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml, { type Element } from "@xmpp/xml";
import { afterAll, describe, expect, it, vi } from "vitest";
import { connectPeer, type Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import { ALICE, Device, WAIT } from "../../testing/device.ts";

const PUBSUB = "http://jabber.org/protocol/pubsub";
const NEW = "urn:xmpp:bookmarks:1";
const OLD = "storage:bookmarks";
const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

async function world(without: string[], extraConfig = ""): Promise<{ prosody: Prosody; older: Peer; alice: Device }> {
  const prosody = await startProsody({ accounts: { alice: "secret" }, without, extraConfig });
  ends.push(() => prosody.remove());
  const older = await connectPeer({ jid: ALICE.jid, password: "secret", resource: "older", server: prosody });
  ends.push(() => older.stop());
  const folder = await mkdtemp(join(tmpdir(), "jackdaw-bookmarks-"));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const alice = new Device(folder, prosody, ALICE);
  ends.push(() => alice.core.stop());
  return { prosody, older, alice };
}
const iq = (type: "get" | "set", ...children: Element[]): Element =>
  xml("iq", { type, id: crypto.randomUUID() }, ...children);
const storage = (...children: Element[]): Element => xml("storage", { xmlns: OLD }, ...children);
const conference = (jid: string, name: string, autojoin = "true"): Element =>
  xml("conference", { jid, name, autojoin }, xml("nick", {}, "Al"));
const readPrivate = async (older: Peer): Promise<string> =>
  (await older.request(iq("get", xml("query", "jabber:iq:private", storage())))).toString();
const writePrivate = (older: Peer, ...children: Element[]): Promise<unknown> =>
  older.request(iq("set", xml("query", "jabber:iq:private", storage(...children))));
const readNew = async (older: Peer): Promise<string> =>
  (await older.request(iq("get", xml("pubsub", PUBSUB, xml("items", { node: NEW }))))).toString();
const options = (): Element => {
  const field = (name: string, value: string): Element => xml("field", { var: name }, xml("value", {}, value));
  return xml(
    "publish-options",
    {},
    xml(
      "x",
      { xmlns: "jabber:x:data", type: "submit" },
      field("FORM_TYPE", `${PUBSUB}#publish-options`),
      field("pubsub#access_model", "whitelist"),
      field("pubsub#persist_items", "true"),
      field("pubsub#max_items", "max"),
    ),
  );
};
const publish = (older: Peer, node: string, id: string, payload: Element): Promise<unknown> =>
  older.request(iq("set", xml("pubsub", PUBSUB, xml("publish", { node }, xml("item", { id }, payload)), options())));
const shows = (alice: Device, jid: string, change: object) =>
  vi.waitFor(
    async () =>
      expect((await alice.core.handlers["room.list"]({})).rooms.find((room) => room.jid === jid)).toMatchObject(change),
    WAIT,
  );
const join_ = (alice: Device, jid: string) =>
  alice.core.handlers["room.join"]({
    account: alice.account.id,
    jid: jid as BareJid,
    nickname: "Al",
    password: null,
    autojoin: true,
  });

describe.each([
  ["a server that synchronizes all stores", true, []],
  ["a server that keeps them separate", false, ["bookmarks"]],
] as const)("%s", (_, converts, without) => {
  it("joins the rooms of an older client, publishes ours for it, and keeps unknown entries", async () => {
    const { older, alice } = await world([...without]);
    await writePrivate(
      older,
      conference("old@conference.localhost", "Old one"),
      ...(converts ? [] : [xml("url", { url: "https://example.org", name: "A page" })]),
    );
    await alice.signIn();
    await alice.caughtUp();
    await shows(alice, "old@conference.localhost", {
      name: "Old one",
      nickname: "Al",
      autojoin: true,
      state: { state: "joined" },
    });
    await join_(alice, "new@conference.localhost");
    await vi.waitFor(async () => expect(await readPrivate(older)).toMatch(/jid="new@conference\.localhost"/), WAIT);
    const kept = await readPrivate(older);
    expect(kept).toContain('jid="old@conference.localhost"');
    if (!converts) expect(kept).toContain("https://example.org");
    expect(await readNew(older)).toMatch(
      /id="old@conference\.localhost"[\s\S]*id="new@conference\.localhost"|id="new@conference\.localhost"[\s\S]*id="old@conference\.localhost"/,
    );
  });

  it("applies a change by another client at once, and keeps unknown extensions when publishing", async () => {
    const { older, alice } = await world([...without]);
    await alice.signIn();
    await alice.caughtUp();
    const pinned = xml("extensions", {}, xml("pinned", { xmlns: "urn:of:another:client" }));
    await publish(
      older,
      NEW,
      "ext@conference.localhost",
      xml("conference", { xmlns: NEW, name: "Extended", autojoin: "true" }, xml("nick", {}, "Al"), pinned),
    );
    await shows(alice, "ext@conference.localhost", { name: "Extended", state: { state: "joined" } });
    // The list of an older client, in its own node.
    await publish(
      older,
      OLD,
      "current",
      storage(
        conference("live@conference.localhost", "Live"),
        ...(converts ? [conference("ext@conference.localhost", "Extended")] : []),
      ),
    );
    await shows(alice, "live@conference.localhost", { name: "Live", state: { state: "joined" } });
    if (converts) return;
    await alice.core.handlers["room.leave"]({ account: alice.account.id, jid: "ext@conference.localhost" as BareJid });
    await vi.waitFor(
      async () => expect(await readNew(older)).toMatch(/id="ext@conference\.localhost"[\s\S]*?autojoin="false"/),
      WAIT,
    );
    expect(await readNew(older)).toContain("urn:of:another:client");
  });
});

it("an invitation is removed when a bookmark of another device leads into its room", async () => {
  const { older, alice } = await world([]);
  await alice.signIn();
  await alice.caughtUp();
  const invitations = async () => (await alice.core.handlers["invitation.list"]({})).invitations;
  const enters = (jid: string) =>
    publish(older, NEW, jid, xml("conference", { xmlns: NEW, autojoin: "true" }, xml("nick", {}, "Al")));
  // The server delivers an invitation only to a device that has announced itself.
  await enters("first@conference.localhost");
  await shows(alice, "first@conference.localhost", { state: { state: "joined" } });
  const room = "invited@conference.localhost";
  await older.send(xml("message", { to: ALICE.jid }, xml("x", { xmlns: "jabber:x:conference", jid: room })));
  await vi.waitFor(async () => expect(await invitations()).toMatchObject([{ room }]), WAIT);
  await enters(room);
  await shows(alice, room, { state: { state: "joined" } });
  await vi.waitFor(async () => expect(await invitations()).toEqual([]), WAIT);
});

describe("a server whose nodes keep one item", () => {
  it("has every room after a restart and on a new device, and the user is told", async () => {
    const { prosody, older, alice } = await world(["bookmarks"], "pep_max_items = 1");
    await alice.signIn();
    await alice.caughtUp();
    const rooms = ["tea", "pub", "den"].map((local) => `${local}@conference.localhost`);
    for (const room of rooms) await join_(alice, room);
    await vi.waitFor(async () => {
      const kept = await readPrivate(older);
      for (const room of rooms) expect(kept).toContain(room);
    }, WAIT);
    await alice.quit();
    await alice.startAgain();
    for (const room of rooms) await shows(alice, room, { autojoin: true, state: { state: "joined" } });
    const folder = await mkdtemp(join(tmpdir(), "jackdaw-bookmarks-"));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const another = new Device(folder, prosody, ALICE);
    ends.push(() => another.core.stop());
    await another.signIn();
    for (const room of rooms) await shows(another, room, { autojoin: true });
    expect(alice.host.limits).toMatchObject([{ what: "bookmarks" }]);
  });
});
