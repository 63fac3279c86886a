/** Tests the Profanity harness: two instances over Prosody exchange OMEMO messages. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { befriend } from "./befriend.ts";
import { startProfanity, type Profanity } from "./profanity.ts";
import { startProsody, type Prosody } from "./servers/prosody.ts";

let prosody: Prosody;
let alice: Profanity;
let bob: Profanity;

beforeAll(async () => {
  prosody = await startProsody({ accounts: { alice: "secret", bob: "hidden" } });
  await befriend(
    prosody,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { jid: "bob@localhost", password: "hidden", name: "Bob" },
  );
  [alice, bob] = await Promise.all([
    startProfanity({ server: prosody, user: "alice", password: "secret" }),
    startProfanity({ server: prosody, user: "bob", password: "hidden" }),
  ]);
});
afterAll(async () => {
  await Promise.all([alice?.remove(), bob?.remove()]);
  await prosody?.remove();
});

it("two Profanity instances exchange encrypted messages, before and after a restart", async () => {
  await alice.omemoWith(bob.jid, [bob.device]);
  await alice.say(bob.jid, "hello; Bob ü 😀;");
  expect(await bob.hears(alice.jid, "hello; Bob ü 😀;")).toMatchObject({ encryption: "omemo" });
  await bob.omemoWith(alice.jid, [alice.device]);
  await bob.say(alice.jid, "/me too");
  expect(await alice.hears(bob.jid, "/me too")).toMatchObject({ encryption: "omemo" });
  await bob.quit();
  for (let n = 0; n < 5; n++) await alice.say(bob.jid, `missed ${n}`);
  await bob.start();
  for (let n = 0; n < 5; n++) expect(await bob.hears(alice.jid, `missed ${n}`)).toMatchObject({ encryption: "omemo" });
  await bob.omemoWith(alice.jid, [alice.device]);
  await bob.say(alice.jid, "here again");
  expect(await alice.hears(bob.jid, "here again")).toMatchObject({ encryption: "omemo" });
});
