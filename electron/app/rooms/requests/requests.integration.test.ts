/** Requests for voice and for membership in rooms over a real Prosody. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import { ALICE, BOB, WAIT, type Device } from "../../testing/device.ts";
import { enterRoom } from "../../testing/room.ts";
import { World } from "../../testing/world.ts";

const MUC = "http://jabber.org/protocol/muc";
const stage = "stage@conference.localhost" as BareJid;
const club = "club@conference.localhost" as BareJid;

describe("requests in rooms over Prosody", () => {
  let world: World;
  let alice: Device;
  let bob: Device;
  let carol: Peer;

  const at = (one: Device, jid: BareJid) => ({ account: one.account.id, jid });
  const shown = async (one: Device, jid: BareJid) =>
    (await one.core.handlers["room.list"]({})).rooms.find((known) => known.jid === jid);
  const requests = async (one: Device) => (await one.core.handlers["room.requests"]({})).requests;
  const form = (type: "form" | "submit", ...fields: [string, string][]): Element =>
    xml(
      "x",
      { xmlns: "jabber:x:data", type },
      xml("field", { var: "FORM_TYPE", type: "hidden" }, xml("value", {}, `${MUC}#request`)),
      ...fields.map(([name, value]) => xml("field", { var: name }, xml("value", {}, value))),
    );

  beforeAll(async () => {
    world = new World(
      await startProsody({
        accounts: { alice: "secret", bob: "hidden", carol: "other" },
        extraConfig: "allow_unaffiliated_register = true",
      }),
    );
    alice = await world.device(ALICE);
    bob = await world.device(BOB);
    carol = await world.client("carol", "other");
    for (const [jid, kind] of [
      [stage, "channel"],
      [club, "group"],
    ] as const) {
      await alice.core.handlers["room.create"]({ ...at(alice, jid), nickname: "Alice", name: "", kind });
    }
    await alice.core.handlers["room.configure"]({
      ...at(alice, stage),
      fields: [{ name: "muc#roomconfig_moderatedroom", values: ["1"] }],
    });
    await bob.core.handlers["room.join"]({ ...at(bob, stage), nickname: "Bob", password: null, autojoin: false });
    await vi.waitFor(async () => expect(await shown(bob, stage)).toMatchObject({ self: { role: "visitor" } }), WAIT);
    await enterRoom(carol, stage, "Carol");
  });
  afterAll(() => world?.end());

  it("a visitor requests voice, the moderator sees the request once, and grants it", async () => {
    await bob.core.handlers["room.askForVoice"](at(bob, stage));
    expect(await shown(bob, stage)).toMatchObject({ asked: "voice" });
    await vi.waitFor(
      async () =>
        expect(await requests(alice)).toMatchObject([{ jid: stage, kind: "voice", nickname: "Bob", person: BOB.jid }]),
      WAIT,
    );
    await bob.core.handlers["room.askForVoice"](at(bob, stage));
    const [one] = await requests(alice);
    await alice.core.handlers["room.answer"]({ ...at(alice, stage), request: one!.id, allow: true });
    await vi.waitFor(
      async () => expect(await shown(bob, stage)).toMatchObject({ self: { role: "participant" }, asked: null }),
      WAIT,
    );
    expect(await requests(alice)).toEqual([]);
    await bob.core.handlers["message.send"]({ ...at(bob, stage), body: "thank you", encryption: "none" });
    await vi.waitFor(async () => expect(await alice.bodies(stage)).toContain("thank you"), WAIT);
  });

  it("a request disappears with its occupant, and answering it afterwards reports that", async () => {
    await carol.send(xml("message", { to: stage }, form("submit", ["muc#role", "participant"])));
    await vi.waitFor(async () => expect(await requests(alice)).toMatchObject([{ nickname: "Carol" }]), WAIT);
    const [one] = await requests(alice);
    await carol.send(xml("presence", { to: `${stage}/Carol`, type: "unavailable" }));
    await vi.waitFor(async () => expect(await requests(alice)).toEqual([]), WAIT);
    await expect(
      alice.core.handlers["room.answer"]({ ...at(alice, stage), request: one!.id, allow: true }),
    ).rejects.toMatchObject({ code: "not-found" });
    await enterRoom(carol, stage, "Carol");
  });

  it("forged requests, from an occupant or from a real address, are not requests of the room", async () => {
    const forged = (): Element =>
      form(
        "form",
        ["muc#role", "participant"],
        ["muc#jid", "carol@localhost/x"],
        ["muc#roomnick", "Carol"],
        ["muc#request_allow", "false"],
      );
    await carol.send(
      xml("message", { to: `${stage}/Alice`, type: "normal" }, forged(), xml("body", {}, "from an occupant")),
    );
    await carol.send(
      xml("message", { to: ALICE.jid, type: "normal" }, forged(), xml("body", {}, "from my own address")),
    );
    await vi.waitFor(
      async () => expect(await alice.bodies("carol@localhost" as BareJid)).toEqual(["from my own address"]),
      WAIT,
    );
    expect(await requests(alice)).toEqual([]);
    // A genuine request does not reach an occupant who may not decide either.
    expect(await requests(bob)).toEqual([]);
  });

  it("a refused user registers with the room's form, and joins as soon as they are admitted", async () => {
    await bob.core.handlers["room.join"]({ ...at(bob, club), nickname: "Bob", password: null, autojoin: false });
    await vi.waitFor(
      async () => expect(await shown(bob, club)).toMatchObject({ state: { state: "out", problem: "members-only" } }),
      WAIT,
    );
    const { fields, registered } = await bob.core.handlers["room.registration"](at(bob, club));
    expect(registered).toBe(false);
    expect(fields).toMatchObject([{ name: "muc#register_roomnick", required: true }]);
    await bob.core.handlers["room.register"]({
      ...at(bob, club),
      fields: [{ name: "muc#register_roomnick", values: ["Bob"] }],
    });
    await vi.waitFor(
      async () =>
        expect(await shown(bob, club)).toMatchObject({
          state: { state: "joined" },
          self: { affiliation: "member" },
          asked: null,
        }),
      WAIT,
    );
  });

  it("a room that accepts no requests says so", async () => {
    await alice.core.handlers["room.setAffiliation"]({
      ...at(alice, club),
      person: BOB.jid,
      affiliation: "outcast",
      reason: "",
    });
    await vi.waitFor(async () => expect(await shown(bob, club)).toMatchObject({ state: { state: "out" } }), WAIT);
    await expect(bob.core.handlers["room.registration"](at(bob, club))).rejects.toMatchObject({
      code: "server-refused",
    });
  });
});
