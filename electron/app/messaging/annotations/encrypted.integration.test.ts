/**
 * Corrections, retractions and reactions in an encrypted chat: corrections are encrypted, and plaintext never replaces
 * an encrypted text.
 */
import xml from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { encrypted, type OmemoPeer } from "../../../../e2e/peers/omemo-peer.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import { WAIT } from "../../testing/device.ts";
import { alice, OmemoWorld, type EncryptingDevice } from "../../testing/omemo-world.ts";

const bob = "bob@localhost" as BareJid;
const world = new OmemoWorld();
let ours: EncryptingDevice;
let peer: OmemoPeer;
const replace = (id: string) => xml("replace", { xmlns: "urn:xmpp:message-correct:0", id });
const all = async () =>
  (await ours.all(bob)).map(
    ({ body, protection, editedAt, retracted }) =>
      `${retracted === null ? body : "(gone)"}${editedAt === null ? "" : " (edited)"}${protection.kind === "none" ? " (plain)" : ""}`,
  );
const shows = (expected: string[]) => vi.waitFor(async () => expect(await all()).toEqual(expected), WAIT);

beforeAll(async () => {
  await world.start(["bob"]);
  ours = await world.jackdaw();
  peer = await world.peer("bob");
  await ours.encryptsFor(bob);
});
afterAll(() => world.end());

it("sends our correction encrypted, with the id of the first message, and nothing of it as plaintext", async () => {
  await ours.say(bob, "secert");
  await vi.waitFor(() => expect(peer.heard).toContain("secert"), WAIT);
  const sent = peer.peer.stanzas.filter((one) => one.is("message") && one.getChild("encrypted") !== undefined);
  const [message] = await ours.all(bob);
  await ours.core.handlers["message.correct"]({ account: ours.account.id, id: message!.id, body: "secret" });
  await vi.waitFor(() => expect(peer.heard).toContain("secret"), WAIT);
  const correction = peer.peer.stanzas.find(
    (one) => one.getChild("replace", "urn:xmpp:message-correct:0") !== undefined,
  );
  expect(correction?.getChild("replace")?.attrs["id"]).toBe(sent[0]!.attrs["id"]);
  expect(peer.peer.stanzas.join("\n")).not.toMatch(/secert|secret/);
  await ours.core.handlers["message.retract"]({ account: ours.account.id, id: message!.id });
  const retraction = await peer.peer.waitForMessage(
    (one) => one.getChild("retract", "urn:xmpp:message-retract:1") !== undefined,
  );
  // In the clear it says only what was asked (XEP-0424 §4), for apps that do not support it.
  expect(retraction.getChildText("body")).toMatch(/^This person asked to remove an earlier message/);
  expect(retraction.toString()).not.toMatch(/secert|secret/);
  await shows(["(gone)"]);
});

it("accepts a contact's encrypted correction, and keeps a plaintext one as a marked message of its own", async () => {
  await peer.send(alice, encrypted(await peer.seal(alice, "tea at fiev")), { id: "m1" });
  await shows(["(gone)", "tea at fiev"]);
  await peer.peer.send(
    xml("message", { to: alice, type: "chat", id: "p1" }, xml("body", {}, "send me money"), replace("m1")),
  );
  await shows(["(gone)", "tea at fiev", "send me money (plain)"]);
  expect((await ours.all(bob)).at(-1)?.protection).toEqual({ kind: "none", unexpected: true });
  await peer.send(alice, encrypted(await peer.seal(alice, "tea at five")), { id: "m2" }, replace("m1"));
  await shows(["(gone)", "tea at five (edited)", "send me money (plain)"]);
});

it("restores both from the archive after a restart", async () => {
  await ours.quit();
  await peer.send(alice, encrypted(await peer.seal(alice, "tea at six")), { id: "m3" }, replace("m1"));
  await ours.startAgain();
  await shows(["(gone)", "tea at six (edited)", "send me money (plain)"]);
  const { versions } = await ours.core.handlers["message.versions"]({
    account: ours.account.id,
    id: (await ours.all(bob))[1]!.id,
  });
  expect(versions.map(({ body }) => body)).toEqual(["tea at fiev", "tea at five", "tea at six"]);
});

it("shows a contact's reaction, and does not send ours because it cannot be encrypted", async () => {
  const id = async () => ({ account: ours.account.id, id: (await ours.all(bob))[1]!.id });
  await peer.peer.send(
    xml(
      "message",
      { to: alice, type: "chat", id: "x1" },
      xml("reactions", { xmlns: "urn:xmpp:reactions:0", id: "m1" }, xml("reaction", {}, "👍")),
      xml("store", { xmlns: "urn:xmpp:hints" }),
    ),
  );
  await vi.waitFor(
    async () =>
      expect((await ours.all(bob))[1]).toMatchObject({
        protection: { kind: "omemo" },
        reactions: [{ emoji: "👍", own: false }],
      }),
    WAIT,
  );
  await expect(
    ours.core.handlers["message.react"]({ ...(await id()), emoji: "🎉", chosen: true }),
  ).rejects.toMatchObject({ code: "reaction-not-encrypted" });
  // Also if the chat is no longer encrypted but the message was.
  const key = { account: ours.account.id, jid: bob };
  await ours.core.handlers["chat.setEncryption"]({ ...key, encryption: "none" });
  await expect(
    ours.core.handlers["message.react"]({ ...(await id()), emoji: "🎉", chosen: true }),
  ).rejects.toMatchObject({ code: "reaction-not-encrypted" });
  // A reaction chosen in a plaintext chat is not sent if the chat is encrypted when its turn comes.
  await peer.peer.send(xml("message", { to: alice, type: "chat", id: "p2" }, xml("body", {}, "in the clear")));
  await vi.waitFor(async () => expect(await all()).toContain("in the clear (plain)"), WAIT);
  const plain = (await ours.all(bob)).at(-1)!;
  await ours.core.handlers["account.setEnabled"]({ account: key.account, enabled: false });
  await vi.waitFor(() => expect(ours.account.connection.state).toBe("off"), WAIT);
  await ours.core.handlers["message.react"]({ account: key.account, id: plain.id, emoji: "🎉", chosen: true });
  await ours.core.handlers["chat.setEncryption"]({ ...key, encryption: "omemo" });
  await ours.core.handlers["account.setEnabled"]({ account: key.account, enabled: true });
  await vi.waitFor(
    async () =>
      expect((await ours.all(bob)).at(-1)).toMatchObject({
        reactions: [],
        reacting: { failure: { condition: "reaction-not-encrypted" } },
      }),
    WAIT,
  );
  await ours.say(bob, "and that is all");
  await vi.waitFor(() => expect(peer.heard).toContain("and that is all"), WAIT);
  expect(peer.peer.stanzas.join("\n")).not.toMatch(/🎉|reactions/u);
});
