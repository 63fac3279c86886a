import { afterEach, beforeEach, expect, it } from "vitest";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Inbound } from "../../../model/message.ts";
import type { Store } from "../../../store/contract/index.ts";
import { openStore } from "../../../store/engine/open.ts";
import { account, own, textOf } from "../../testing/archive-server.ts";
import { keepInvitation } from "./invitations.ts";

const bob = "bob@example.org" as BareJid;
const room = "tea@rooms.example.org" as BareJid;
const invitation = { kind: "invitation", room, from: bob, direct: true, reason: "tea?" } as const;
const from = (via: Inbound["via"], archiveId: string, at: number | null = null): Inbound => ({
  ...textOf(bob, false, "", { archiveId }),
  via,
  at,
});

let folder: string;
let store: Store;
let shown: string[];
let bookmarked: boolean;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jackdaw-invitations-"));
  store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
  const presence = { show: "available", status: "" } as const;
  const settings = { password: "x", enabled: true, advanced: {}, pinnedFingerprint: null, presence };
  await store.write({ op: "account.put", args: { id: account, jid: own, ...settings } });
  shown = [];
  bookmarked = false;
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});
const keep = (inbound: Inbound): Promise<void> =>
  keepInvitation(account, inbound, invitation, {
    store,
    pending: { put: (one: { room: BareJid }) => void shown.push(one.room), remove: () => undefined } as never,
    isContact: () => true,
    isIn: () => false,
    isBookmarked: () => bookmarked,
  });

it("shows an invitation that was missed, with when it came", async () => {
  await keep(from("archive", "a1", 1000));
  expect(shown).toEqual([room]);
  expect(await store.read("invitations.all", {})).toMatchObject([{ room, from: bob, known: true, receivedAt: 1000 }]);
});

it("does not bring back one that was declined when the archive has it once more", async () => {
  await keep(from("live", "a1"));
  await store.write({ op: "invitation.remove", args: { account, room } });
  await keep(from("archive", "a1", 1000));
  expect(shown).toEqual([room]);
  await keep(from("archive", "a2", 2000));
  expect(shown).toEqual([room, room]);
});

it("says nothing of a missed one into a room that another device has entered since; a live one counts", async () => {
  bookmarked = true;
  await keep(from("archive", "a1", 1000));
  expect(shown).toEqual([]);
  await keep(from("live", "a2"));
  expect(shown).toEqual([room]);
});
