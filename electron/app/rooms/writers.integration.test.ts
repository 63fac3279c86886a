/**
 * The author of an entry in a room's archive if an occupant claims to be somebody else (XEP-0313 §5.1.2), with the
 * archives of both servers.
 */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startEjabberd, type Ejabberd } from "../../../e2e/peers/servers/ejabberd.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { ALICE, WAIT, type Device } from "../testing/device.ts";
import { World } from "../testing/world.ts";

const MUC = "http://jabber.org/protocol/muc";
const field = (name: string, value: string): Element => xml("field", { var: name }, xml("value", {}, value));

describe.each<[string, string, () => Promise<Prosody | Ejabberd>]>([
  ["Prosody", "muc#roomconfig_enablearchiving", startProsody],
  ["ejabberd", "mam", startEjabberd],
])("the archive of a room over %s", (_, archived, start) => {
  let world: World<Prosody | Ejabberd>;
  let alice: Device;
  const rooms = { semi: "semi@conference.localhost" as BareJid, open: "open@conference.localhost" as BareJid };

  beforeAll(async () => {
    world = new World(await start());
    for (const [user, password] of [
      ["alice", ALICE.password],
      ["bob", "hidden"],
      ["mallory", "evil"],
    ] as const)
      await world.server.register(user, password);
    const [bob, mallory] = [await world.client("bob", "hidden"), await world.client("mallory", "evil")];
    for (const [whois, room] of [
      ["moderators", rooms.semi],
      ["anyone", rooms.open],
    ] as const) {
      for (const [peer, nickname] of [
        [bob, "Bob"],
        [mallory, "Mallory"],
      ] as const) {
        await peer.send(xml("presence", { to: `${room}/${nickname}` }, xml("x", MUC)));
        await peer.waitFor((one) => one.is("presence") && one.attrs["from"] === `${room}/${nickname}`);
        if (peer !== bob) continue;
        const form = [
          field("FORM_TYPE", `${MUC}#roomconfig`),
          field("muc#roomconfig_whois", whois),
          field("muc#roomconfig_persistentroom", "1"),
          field(archived, "1"),
        ];
        const query = xml("query", `${MUC}#owner`, xml("x", { xmlns: "jabber:x:data", type: "submit" }, ...form));
        await bob.request(xml("iq", { to: room, type: "set", id: crypto.randomUUID() }, query));
      }
      for (const victim of [ALICE.jid, "bob@localhost"]) {
        const claim = xml(
          "x",
          `${MUC}#user`,
          xml("item", { affiliation: "owner", role: "moderator", jid: `${victim}/x` }),
        );
        await mallory.send(
          xml("message", { to: room, type: "groupchat", id: victim }, xml("body", {}, `as ${victim}`), claim),
        );
        await bob.waitForMessage(
          (one) => one.attrs["from"] === `${room}/Mallory` && one.getChildText("body") === `as ${victim}`,
        );
      }
      // No present occupant shows who it was.
      await mallory.send(xml("presence", { to: `${room}/Mallory`, type: "unavailable" }));
    }
    alice = await world.device(ALICE);
  });
  afterAll(() => world?.end());

  it.each([
    ["that shows addresses to moderators only", "semi"],
    ["that shows them to everybody", "open"],
  ] as const)("%s names nobody whom an occupant claims to be", async (_name, which) => {
    const room = rooms[which];
    await alice.core.handlers["room.join"]({
      account: alice.account.id,
      jid: room,
      nickname: "Alice",
      password: null,
      autojoin: false,
    });
    await vi.waitFor(
      async () => expect(await alice.bodies(room)).toEqual([`as ${ALICE.jid}`, "as bob@localhost"]),
      WAIT,
    );
    for (const { direction, writer } of await alice.all(room)) {
      expect(direction).toBe("in");
      expect(writer!.nickname).toBe("Mallory");
      expect([null, "mallory@localhost"]).toContain(writer!.jid);
    }
  });
});
