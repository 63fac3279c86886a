/**
 * Taking over a device from a backup, with Profanity on the other side: no message is lost although the old device
 * continued after the backup.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { WAIT } from "../testing/device.ts";
import { EncryptingDevice, receives, OmemoWorld } from "../testing/omemo-world.ts";

const bob = "bob@localhost" as BareJid;
const passphrase = "a passphrase to remember";
const world = new OmemoWorld();
const folder = mkdtempSync(join(tmpdir(), "jackdaw-takeover-"));
let next: EncryptingDevice | null = null;

beforeAll(() => world.start(["bob"]), 90_000);
afterAll(async () => {
  await next?.core.stop();
  await world.end();
  rmSync(folder, { recursive: true, force: true });
});

it("reads messages sent to the device in the meantime, and can be read, although the old device sent more after the backup", async () => {
  const old = await world.jackdaw();
  const profanity = await world.profanity("bob");
  await old.encryptsFor(bob);
  await old.say(bob, "before the backup");
  await receives(profanity, "before the backup");
  await profanity.say("alice@localhost", "an answer");
  await vi.waitFor(async () => expect(await old.bodies(bob)).toContain("an answer"), WAIT);
  const device = (await old.own()).id;
  const made = (await old.core.handlers["backup.export"]({ account: old.account.id, passphrase }))!;
  for (const text of ["after one", "after two", "after three"]) {
    await old.say(bob, text);
    await receives(profanity, text);
  }
  await old.quit();
  await profanity.say("alice@localhost", "while nobody was there");

  next = new EncryptingDevice(folder, world.server);
  mkdirSync(next.host.backupFolder, { recursive: true });
  copyFileSync(made.path, join(next.host.backupFolder, basename(made.path)));
  await next.core.start();
  await next.core.handlers["backup.list"]({});
  expect(
    await next.core.handlers["backup.import"]({ file: basename(made.path), passphrase, omemo: "take-over" }),
  ).toMatchObject({ device: "taken" });
  await next.caughtUp();
  expect((await next.own()).id).toBe(device);
  await next.encryptsFor(bob);
  for (const text of ["taken over one", "taken over two"]) {
    await next.say(bob, text);
    await receives(profanity, text);
  }
  await vi.waitFor(
    async () =>
      expect(await next!.bodies(bob)).toEqual(
        expect.arrayContaining(["before the backup", "an answer", "while nobody was there"]),
      ),
    WAIT,
  );
});
