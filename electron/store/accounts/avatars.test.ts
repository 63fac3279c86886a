import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { avatarsTable } from "./avatars.ts";
import { openFile } from "../engine/database.ts";
import { alice, bob, fixture, me, other, temporaryFolder, type Fixture } from "../testing/store.ts";

let f: Fixture;
beforeEach(async () => void (f = await fixture()));
afterEach(() => f.end());

const hash = (of: number): string => of.toString(16).padStart(40, "0");
const put = (of: number, now = of, account = me) => ({
  op: "avatar.put" as const,
  args: { account, hash: hash(of), type: "image/png" as const, bytes: new Uint8Array([of % 256, 2, 3]), now },
});

it("returns an avatar as it was stored, only for the account that stored it", async () => {
  await f.store.write(put(1), { op: "avatar.owner", args: { account: me, jid: alice, hash: hash(1) } });
  await f.reopen();
  expect(await f.store.read("avatar.get", { account: me, hash: hash(1) })).toEqual({
    type: "image/png",
    bytes: new Uint8Array([1, 2, 3]),
  });
  expect(await f.store.read("avatar.get", { account: other, hash: hash(1) })).toBeNull();
  expect(await f.store.read("avatars.owners", { account: me })).toEqual([{ jid: alice, hash: hash(1) }]);
});

it("forgets the previous avatar of an owner who has another or none", async () => {
  const owner = (jid: typeof alice, of: string | null) =>
    f.store.write({ op: "avatar.owner", args: { account: me, jid, hash: of } });
  await owner(alice, hash(1));
  await owner(bob, hash(1));
  await owner(alice, hash(2));
  await owner(bob, null);
  expect(await f.store.read("avatars.owners", { account: me })).toEqual([{ jid: alice, hash: hash(2) }]);
});

it("removes avatars with their account", async () => {
  await f.store.write(put(1), { op: "avatar.owner", args: { account: me, jid: alice, hash: hash(1) } });
  await f.store.write({ op: "account.remove", args: { account: me } });
  expect(await f.store.read("avatar.get", { account: me, hash: hash(1) })).toBeNull();
  expect(await f.store.read("avatars.owners", { account: me })).toEqual([]);
});

it("removes the oldest avatars if there are too many", () => {
  const folder = temporaryFolder();
  const connection = openFile(join(folder, "jackdaw.db"), randomBytes(32));
  connection.db.exec(
    `INSERT INTO accounts (id, jid, password, enabled, advanced, pinned_fingerprint, presence) VALUES ('${me}', 'me@example.org', '', 1, '{}', NULL, '{}')`,
  );
  const table = avatarsTable(connection, 3);
  for (const of of [1, 2, 3]) table.put(put(of).args);
  // Used again, so it is no longer the oldest.
  table.put(put(1, 4).args);
  table.put(put(5).args);
  expect([1, 2, 3, 5].filter((of) => table.get({ account: me, hash: hash(of) }) !== null)).toEqual([1, 3, 5]);
  connection.db.close();
  rmSync(folder, { recursive: true });
});
