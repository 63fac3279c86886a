/** Large group chats in the window: it explains when too many members prevent encryption, and nothing else suffers. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { bareJid } from "../../../shared/jid.ts";
import { useApp } from "../../harness/app.ts";
import { picture, resize } from "../../harness/browser.ts";
import { startOtherJackdaw, type OtherJackdaw } from "../../harness/other-jackdaw.ts";
import { composer, expectAccessible, joinRoom, signIn, write } from "../../harness/window.ts";
import { withCrowd } from "../../peers/servers/crowd.ts";
import { ROOMS_WITH_MEMBERS, startMembers, type Members } from "../../peers/members.ts";

const MEMBERS = 250;
/** Bytes; a key takes about 300. */
const LIMIT = 65_536;
const ANNOUNCED = `module:hook("stream-features", function (event)
  event.features:tag("limits", { xmlns = "urn:xmpp:stream-limits:0" }):text_tag("max-bytes", "${LIMIT}"):up();
end);`;
const [alice, bob] = [bareJid("alice@localhost"), bareJid("bob@localhost")];
const [town, metropolis] = [
  bareJid(`town-${MEMBERS}@conference.localhost`),
  bareJid("metropolis-1001@conference.localhost"),
];
const { options, port } = await withCrowd({
  accounts: { alice: "secret", bob: "hidden" },
  extraConfig: `c2s_stanza_size_limit = ${LIMIT}`,
  modules: { announced: ANNOUNCED, with_members: ROOMS_WITH_MEMBERS },
  roomModules: ["with_members"],
  without: ["with_members"],
});
const app = useApp(options);
let other: OtherJackdaw;
let members: Members;

async function enter(room: string, name: string): Promise<void> {
  const { page } = app;
  await joinRoom(page, room, "Alice");
  await page.getByRole("heading", { name }).waitFor();
}

beforeAll(async () => {
  members = await startMembers(port, MEMBERS);
  other = await startOtherJackdaw(app.server, bob, "hidden");
  for (const [jid, name] of [
    [town, "Town"],
    [metropolis, "Metropolis"],
  ] as const) {
    const at = { account: other.account.id, jid };
    await other.call("room.create", { ...at, nickname: "Bob", name, kind: "group" });
    await other.call("room.setAffiliation", { ...at, person: alice, affiliation: "member", reason: "" });
  }
  await signIn(app.page, app.server, alice, "secret");
}, 120_000);
afterAll(async () => {
  await other?.stop();
  await members?.crowd.stop();
});

it(
  "OMEMO: a message with more keys than the server accepts fails with the reason, and the account stays online",
  { timeout: 2 * 60_000 },
  async () => {
    const { page } = app;
    await enter(town, "Town");
    await page.getByRole("button", { name: "Encryption is on", exact: true }).waitFor();
    await write(page, "hello, town");
    await page
      .getByText(/^With a key for every device here, this message is larger than your server takes/)
      .waitFor({ timeout: 60_000 });
    expect(await composer(page).isEnabled()).toBe(true);
    await expectAccessible(page, "a message with too many keys");
    await picture(page, "room-large-too-many-keys");
    await page.emulateMedia({ colorScheme: "dark" });
    await resize(page, { width: 380, height: 700 });
    await picture(page, "room-large-too-many-keys-narrow");
    await resize(page, { width: 1200, height: 800 });
    await page.emulateMedia({ colorScheme: "light" });
  },
);

it("OMEMO: a group chat with more members than a message can have keys for says so", async () => {
  const { page } = app;
  await enter(metropolis, "Metropolis");
  await page.getByRole("button", { name: "Encryption is not possible here", exact: true }).click();
  await page.getByText("It cannot be encrypted: it has more members than a message can carry keys for.").waitFor();
  await expectAccessible(page, "a group chat with too many members");
  await picture(page, "room-large-crowded");
});
