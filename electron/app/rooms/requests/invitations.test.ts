import { afterEach, beforeEach, expect, it } from "vitest";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BareJid, Jid } from "../../../../shared/jid.ts";
import type { Inbound } from "../../../model/message.ts";
import type { Invitation } from "../../../model/payload.ts";
import type { Store } from "../../../store/contract/index.ts";
import { openStore } from "../../../store/engine/open.ts";
import { account, own } from "../../testing/archive-scene.ts";
import { textOf } from "../../testing/archive-server.ts";
import { keepInvitation, settleInvitation } from "./invitations.ts";

const bob = "bob@example.org" as BareJid;
const room = "tea@rooms.example.org" as BareJid;
const invitation = { kind: "invitation", room, from: bob, direct: true, nickname: null, reason: "tea?" } as const;
const from = (via: Inbound["via"], archiveId: string, at: number | null = null): Inbound => ({
  ...textOf(bob, false, "", { archiveId }),
  via,
  at,
});

let folder: string;
let store: Store;
let shown: string[];
let told: object[];
let bookmarked: boolean;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jackdaw-invitations-"));
  store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
  const presence = { show: "available", status: "" } as const;
  const settings = { password: "x", enabled: true, advanced: {}, pinnedFingerprint: null, presence };
  await store.write({ op: "account.put", args: { id: account, jid: own, ...settings } });
  shown = [];
  told = [];
  bookmarked = false;
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});
const keep = (inbound: Inbound, more: Partial<Invitation> = {}): Promise<void> =>
  keepInvitation(
    account,
    inbound,
    { ...invitation, ...more },
    {
      store,
      pending: {
        put: (one: { room: BareJid }) => void (shown.push(one.room), told.push(one)),
        remove: () => undefined,
      } as never,
      isContact: (jid) => jid === bob,
      contactNamed: (name) => (name.trim().toLowerCase() === "bobby" ? bob : null),
      isIn: () => false,
      isBookmarked: () => bookmarked,
    },
  );

it("keeps the password of an invitation, also if the next one has none, and tells no window", async () => {
  const password = () => store.read("invitation.password", { account, room });
  await keep(from("live", "a1"));
  expect(await password()).toBeNull();
  await keep(from("live", "a2"), { password: "s3cret" });
  await keep(from("live", "a3"));
  expect(await password()).toBe("s3cret");
  expect(JSON.stringify([told, await store.read("invitations.all", {})])).not.toContain("s3cret");
  await store.write({ op: "invitation.remove", args: { account, room } });
  expect(await password()).toBeNull();
});

it("shows a missed invitation with the time when it arrived", async () => {
  await keep(from("archive", "a1", 1000));
  expect(shown).toEqual([room]);
  expect(await store.read("invitations.all", {})).toMatchObject([{ room, from: bob, known: true, receivedAt: 1000 }]);
});

it("does not show a declined invitation again if the archive returns it once more", async () => {
  await keep(from("live", "a1"));
  await store.write({ op: "invitation.remove", args: { account, room } });
  await keep(from("archive", "a1", 1000));
  expect(shown).toEqual([room]);
  await keep(from("archive", "a2", 2000));
  expect(shown).toEqual([room, room]);
});

it("ignores a missed invitation to a room that another device has joined since; a live one counts", async () => {
  bookmarked = true;
  await keep(from("archive", "a1", 1000));
  expect(shown).toEqual([]);
  await keep(from("live", "a2"));
  expect(shown).toEqual([room]);
});

it("removes an invitation when its room is joined, also if another device accepted it", async () => {
  await keep(from("live", "a1"));
  const removed: BareJid[] = [];
  const pending = { put: () => undefined, remove: (one: { room: BareJid }) => void removed.push(one.room) } as never;
  await settleInvitation(account, room, { store, pending });
  expect([await store.read("invitations.all", {}), removed]).toEqual([[], [room]]);
  await settleInvitation(account, room, { store, pending });
  expect(removed).toEqual([room]);
});

it("names the contact who invites according to the room, but does not take it for the contact's own word", async () => {
  const kept = async () => {
    const { from: by, nickname, known, contact } = (await store.read("invitations.all", {}))[0]!;
    return { by, nickname, known, contact };
  };
  const mediated = (by: string) => ({ direct: false, from: by as Jid });
  await keep(from("live", "a1"), mediated("eve@evil.example/x"));
  expect(await kept()).toEqual({ by: "eve@evil.example", nickname: null, known: false, contact: null });
  await keep(from("live", "a2"), { ...mediated(`${room}/Stranger`), nickname: "Stranger" });
  expect(await kept()).toEqual({ by: `${room}/Stranger`, nickname: "Stranger", known: false, contact: null });
  await keep(from("live", "a3"), { ...mediated(`${room}/Bobby`), nickname: "Bobby" });
  expect(await kept()).toEqual({ by: `${room}/Bobby`, nickname: "Bobby", known: false, contact: bob });
  await keep(from("archive", "a4", 1000), mediated(`${bob}/phone`));
  expect(await kept()).toEqual({ by: bob, nickname: null, known: false, contact: bob });
});
