/**
 * Broken sessions with Profanity: one side lost them or was restored from an old copy. Unreadable messages are shown as
 * such, and then the chat continues.
 */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Profanity } from "../../../../e2e/peers/profanity.ts";
import { WAIT } from "../../testing/device.ts";
import { alice, receives, OmemoWorld, type EncryptingDevice } from "../../testing/omemo-world.ts";

const bob = "bob@localhost" as BareJid;
const world = new OmemoWorld();
let ours: EncryptingDevice;
let theirs: Profanity;

beforeAll(async () => {
  await world.start(["bob"]);
  [ours, theirs] = await Promise.all([world.jackdaw(), world.profanity("bob")]);
  await ours.encryptsFor(bob);
  await theirs.omemoWith(alice, [(await ours.own()).id]);
  await exchange("at the beginning");
});
afterAll(() => world.end());

/** Exchanges texts in both directions, several times, so that both ratchets advance. */
async function exchange(when: string): Promise<void> {
  for (let n = 0; n < 3; n++) {
    await ours.say(bob, `to Bob ${when} ${n}`);
    await receives(theirs, `to Bob ${when} ${n}`);
    await theirs.say(alice, `to Alice ${when} ${n}`);
    await ours.reads(bob, `to Alice ${when} ${n}`, theirs.device);
  }
}

it("continues in a new session after Profanity lost its sessions", async () => {
  await theirs.quit();
  await theirs.loseSessions();
  await theirs.start();
  await theirs.omemoWith(alice, [(await ours.own()).id]);
  await theirs.say(alice, "I have lost all my sessions");
  await ours.reads(bob, "I have lost all my sessions", theirs.device);
  await exchange("after theirs were lost");
});

it("keeps unreadable messages with the reason after Jackdaw was restored from an old copy, and mends the session", async () => {
  await ours.quit();
  const copy = await world.copyOf(ours);
  await ours.startAgain();
  await exchange("after the copy");
  await ours.quit();
  await copy.core.start();
  await copy.caughtUp();
  // Every message since the copy was made is shown, readable or not.
  await vi.waitFor(async () => {
    const came = (await copy.all(bob)).filter(({ direction }) => direction === "in").slice(-3);
    for (const one of came) expect(one.protection).toMatchObject({ kind: "omemo" });
    expect(
      came.every(
        ({ body, protection }) =>
          body.includes("after the copy") || (protection.kind === "omemo" && protection.problem !== null),
      ),
    ).toBe(true);
  }, WAIT);
  ours = copy;
  await ours.say(bob, "back from the past");
  await receives(theirs, "back from the past");
  await exchange("after the restore");
});
