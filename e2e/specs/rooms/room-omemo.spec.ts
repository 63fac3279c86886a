/**
 * Encryption of a group chat in the window: the lock and its reasons, the readers, and their keys. Bob is a Jackdaw,
 * Carol has no device.
 */
import xml from "@xmpp/xml";
import type { Locator } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bareJid } from "../../../shared/jid.ts";
import { useApp } from "../../harness/app.ts";
import { picture, resize } from "../../harness/browser.ts";
import { startOtherJackdaw, type OtherJackdaw } from "../../harness/other-jackdaw.ts";
import {
  bubble,
  composer,
  eventually,
  expectAccessible,
  joinRoom,
  ownBubble,
  signIn,
  write,
} from "../../harness/window.ts";
import { befriend } from "../../peers/befriend.ts";
import { connectPeer, type Peer } from "../../peers/peer.ts";

const den = bareJid("den@conference.localhost");
const [alice, bob, carol] = [bareJid("alice@localhost"), bareJid("bob@localhost"), bareJid("carol@localhost")];
const app = useApp({ accounts: { alice: "secret", bob: "hidden", carol: "other" } });
let other: OtherJackdaw;
let plain: Peer;

const room = () => ({ account: other.account.id, jid: den });
const configure = (fields: Record<string, string>) =>
  other.call("room.configure", {
    ...room(),
    fields: Object.entries(fields).map(([name, value]) => ({ name: `muc#roomconfig_${name}`, values: [value] })),
  });
const member = (person: ReturnType<typeof bareJid>) =>
  other.call("room.setAffiliation", { ...room(), person, affiliation: "member", reason: "" });
const lock = (words: string): Locator => app.page.getByRole("button", { name: words, exact: true });
const row = (nickname: string): Locator =>
  app.page.getByRole("region", { name: "People" }).getByRole("button", { name: new RegExp(`^${nickname}`) });

beforeAll(async () => {
  const { server, page } = app;
  await befriend(
    server,
    { jid: alice, password: "secret", name: "Alice" },
    { jid: bob, password: "hidden", name: "Bob Jay" },
  );
  plain = await connectPeer({ server, jid: carol, password: "other", resource: "x" });
  await plain.send(xml("presence"));
  other = await startOtherJackdaw(server, bob, "hidden");
  await other.device();
  await other.call("room.create", { ...room(), nickname: "Bob", name: "Den", kind: "group" });
  await signIn(page, server, alice, "secret");
  await member(alice);
  await joinRoom(page, den, "Alice");
  await page.getByRole("heading", { name: "Den" }).waitFor();
});
afterAll(async () => {
  await plain?.stop();
  await other?.stop();
});

it("group OMEMO is on where all members can read, and messages are encrypted both ways", async () => {
  const { page } = app;
  await lock("Encryption is on").waitFor();
  expect(await composer(page).getAttribute("placeholder")).toBe("Encrypted message");
  await write(page, "only for us");
  expect((await other.hears(den, "only for us")).protection).toMatchObject({ kind: "omemo", problem: null });
  await ownBubble(page, "only for us", "encrypted, delivered").waitFor();
  await other.say(den, "and only for us", "omemo");
  await page
    .getByRole("article", { name: /^Bob, .*, encrypted$/ })
    .filter({ hasText: "and only for us" })
    .waitFor();
  await expectAccessible(page, "an encrypted group chat");
  await picture(page, "room-omemo");
});

it("group OMEMO: members who cannot read are named, and each occupant's keys can be viewed and verified", async () => {
  const { page } = app;
  await member(carol);
  await page.getByText(/carol.* cannot read what you write here/).waitFor();
  await page.getByRole("button", { name: "People and details" }).click();
  await plain.send(xml("presence", { to: `${den}/Carol` }, xml("x", "http://jabber.org/protocol/muc")));
  await row("Carol").waitFor();
  await eventually(async () => {
    expect(await row("Carol").innerText()).toContain("Cannot read what is encrypted");
    expect(await row("Bob").innerText()).toContain("Not verified");
  });
  await expectAccessible(page, "people with shields");
  await picture(page, "room-omemo-people");
  await lock("Encrypted: see who can read here").click();
  const dialog = page.getByRole("dialog", { name: /^Who can read in/ });
  await dialog.getByRole("button", { name: /carol/ }).waitFor();
  await expectAccessible(page, "who can read");
  await picture(page, "room-omemo-readers");
  await dialog.getByRole("button", { name: /Bob Jay/ }).click();
  const devices = page.getByRole("dialog", { name: "Devices of Bob Jay" });
  await devices.getByRole("button", { name: "Verify", exact: true }).click();
  await devices.getByRole("button", { name: "All the same" }).click();
  await devices.getByText("Verified", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await devices.waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: /Bob Jay.*Verified/ }).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await composer(page).focus();
  await eventually(async () => expect(await row("Bob").innerText()).toMatch(/(?<!Not )[Vv]erified/));
  await write(page, "not for Carol");
  await other.hears(den, "not for Carol");
  await ownBubble(page, "not for Carol", "encrypted, delivered").waitFor();
  expect(plain.stanzas.filter((one) => one.toString().includes("not for Carol"))).toEqual([]);
});

it("group OMEMO is accessible in the dark", async () => {
  const { page } = app;
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "an encrypted group chat in the dark");
  await picture(page, "room-omemo-dark");
  await lock("Encrypted: see who can read here").click();
  await page.getByRole("dialog", { name: /^Who can read in/ }).waitFor();
  await expectAccessible(page, "who can read, in the dark");
  await picture(page, "room-omemo-readers-dark");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: /^Who can read in/ }).waitFor({ state: "detached" });
  await composer(page).focus();
  await page.emulateMedia({ colorScheme: "light" });
});

it("group OMEMO: a room opened to everybody says so, sends nothing, and continues unencrypted only on confirmation", async () => {
  const { page } = app;
  await configure({ membersonly: "0" });
  await page.getByText("Nothing can be sent encrypted here").waitFor();
  await lock("Encryption is on, but not possible here at the moment").waitFor();
  await expectAccessible(page, "a room that cannot be encrypted any more");
  await picture(page, "room-omemo-stuck");
  await write(page, "is anybody listening?");
  const failed = bubble(page, "is anybody listening?");
  await failed.getByText("Everybody may join this group chat now").waitFor();
  await picture(page, "room-omemo-failed");
  expect(plain.stanzas.filter((one) => one.toString().includes("listening"))).toEqual([]);
  await page.getByRole("button", { name: "Turn off …" }).click();
  const question = page.getByRole("alertdialog", { name: "Write to Den without encryption?" });
  await question.getByRole("button", { name: "Turn encryption off" }).click();
  await lock("Encryption is not possible here").waitFor();
  await write(page, "for everybody");
  await plain.waitFor((one) => one.getChildText("body") === "for everybody");
  await lock("Encryption is not possible here").click();
  const menu = page.getByRole("menu");
  await menu.getByText("everybody may join, so nobody can say for whom").waitFor();
  await expectAccessible(page, "why a room cannot be encrypted");
  await picture(page, "room-omemo-impossible");
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  await configure({ membersonly: "1" });
  await lock("Encryption is off").waitFor();
  await lock("Encryption is off").click();
  await page.getByRole("menuitemradio", { name: /^End-to-end encrypted/ }).click();
  await lock("Encryption is on").waitFor();
});

it("group OMEMO works after a restart, in German and in a narrow window", async () => {
  const { page } = app;
  await app.quit();
  await resize(page, { width: 390, height: 780 });
  await app.start({ language: "de" });
  await page.getByRole("button", { name: /^Den, / }).click();
  await lock("Verschlüsselung ist an").waitFor();
  await page.getByText(/carol.* kann nicht lesen, was du hier schreibst/).waitFor();
  await page.getByRole("textbox", { name: /^Nachricht an / }).fill("wieder unter uns");
  await page.keyboard.press("Enter");
  expect((await other.hears(den, "wieder unter uns")).protection).toMatchObject({ kind: "omemo", problem: null });
  await other.say(den, "ja, wieder unter uns beiden", "omemo");
  await bubble(page, "ja, wieder unter uns beiden").waitFor();
  await expectAccessible(page, "an encrypted group chat, narrow, in German");
  await picture(page, "room-omemo-german");
  await lock("Verschlüsselt: sieh, wer mitlesen kann").click();
  await page
    .getByRole("dialog", { name: /^Wer in / })
    .getByRole("button", { name: /Bob Jay/ })
    .waitFor();
  await expectAccessible(page, "who can read, narrow, in German");
  await picture(page, "room-omemo-readers-german");
});
