/**
 * Encryption in the window: the lock, the marks on messages, the owners of keys, and decisions. The other side is a
 * Jackdaw too.
 */
import xml from "@xmpp/xml";
import type { Locator } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatDeviceAddress } from "../../shared/omemo/device-address.ts";
import { bareJid } from "../../shared/jid.ts";
import { useApp } from "../harness/app.ts";
import { picture } from "../harness/browser.ts";
import { startOtherJackdaw, type OtherJackdaw } from "../harness/other-jackdaw.ts";
import { composer, eventually, expectAccessible, jumpTo, ownBubble, signIn, write } from "../harness/window.ts";
import { befriend } from "../peers/befriend.ts";
import { publishedDevices } from "../peers/omemo-nodes.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const alice = "alice@localhost";
const bob = "bob@localhost";
const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let other: OtherJackdaw;
/** A device of Bob that is added later. */
let tablet: OtherJackdaw;
/** A client of Bob without encryption. */
let plain: Peer;

beforeAll(async () => {
  const { server, page } = app;
  await befriend(
    server,
    { jid: alice, password: "secret", name: "Alice" },
    { jid: bob, password: "hidden", name: "Bob" },
  );
  plain = await connectPeer({ server, jid: bob, password: "hidden", resource: "plain" });
  other = await startOtherJackdaw(server, bob, "hidden");
  await eventually(async () => expect(await publishedDevices(plain, bob)).toEqual([(await other.device()).id]));
  await signIn(page, server, alice, "secret");
  await jumpTo(page, "Bob");
});
afterAll(async () => {
  await plain?.stop();
  await other?.stop();
  await tablet?.stop();
});

const lock = (state: string): Locator => app.page.getByRole("button", { name: `Encryption is ${state}`, exact: true });
/** A message with this text, whose accessible name ends with these words. */
const marked = (author: string, text: string, words: string): Locator =>
  app.page.getByRole("article", { name: new RegExp(`^${author}, .*, ${words}$`) }).filter({ hasText: text });
/** A displayed fingerprint without its spaces. */
const digits = (text: string): string => text.replace(/\s/g, "").toLowerCase();

/** Opens the menu of the lock and picks an entry. */
async function choose(role: "menuitem" | "menuitemradio", name: string | RegExp): Promise<void> {
  await app.page.getByRole("button", { name: /^Encryption is / }).click();
  await app.page.getByRole("menu").getByRole(role, { name }).click();
}
async function openDevices(): Promise<Locator> {
  await choose("menuitem", "Devices and keys of Bob");
  const dialog = app.page.getByRole("dialog", { name: "Devices of Bob" });
  await dialog.waitFor();
  return dialog;
}
const closeDialog = async (dialog: Locator): Promise<void> => {
  await app.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  // The focus is back on the lock, which shows its tooltip.
  await composer(app.page).focus();
};

it("OMEMO is on by default where the contact supports it, and messages are encrypted both ways", async () => {
  const { page } = app;
  await lock("on").waitFor();
  expect(await composer(page).getAttribute("placeholder")).toBe("Encrypted message");
  await write(page, "only for you");
  expect((await other.hears(alice, "only for you")).protection).toMatchObject({ kind: "omemo", problem: null });
  await ownBubble(page, "only for you", "encrypted, delivered").waitFor();
  await other.say(alice, "and only for you", "omemo");
  await marked("Bob", "and only for you", "encrypted").waitFor();
  await page.getByRole("button", { name: /^Encryption is / }).click();
  await page.getByRole("menu").waitFor();
  await expectAccessible(page, "menu of the lock");
  await picture(page, "omemo-menu");
  await page.keyboard.press("Escape");
  await composer(page).focus();
  await picture(page, "omemo-chat");
  await expectAccessible(page, "encrypted chat");
});

it("OMEMO: each side shows the other's fingerprint", async () => {
  const { page } = app;
  const theirs = await other.device();
  const dialog = await openDevices();
  const card = dialog.locator(`[data-device="${theirs.id}"]`);
  await eventually(async () =>
    expect(digits(await card.getByRole("figure").innerText())).toContain(theirs.fingerprint),
  );
  await card.getByText("Not verified").waitFor();
  await card.getByText(/^Last message /).waitFor();
  await expectAccessible(page, "devices");
  await picture(page, "omemo-devices");
  await closeDialog(dialog);
  await choose("menuitem", "My own devices and keys");
  const mine = (await other.devices(alice))[0]!;
  await eventually(async () =>
    expect(digits(await page.getByRole("figure").first().innerText())).toContain(mine.fingerprint),
  );
  await page.getByRole("img", { name: `QR code with the keys of ${alice}` }).waitFor();
  await expectAccessible(page, "own devices");
  await picture(page, "omemo-own");
  await page.getByRole("button", { name: "Back" }).first().click();
  await composer(page).waitFor();
});

it("OMEMO: a URI with another key is an alarm, the right one verifies, and verified messages show a shield", async () => {
  const { page } = app;
  const { id } = await other.device();
  const dialog = await openDevices();
  const field = dialog.getByRole("textbox", { name: "Or paste a picture or an address" });
  await field.fill(formatDeviceAddress({ jid: bareJid(bob), keys: [{ device: id, fingerprint: "0".repeat(64) }] }));
  await dialog.getByRole("button", { name: "Check" }).click();
  await dialog.getByText("The keys do not match").waitFor();
  await picture(page, "omemo-different");
  await field.fill(await other.address());
  await field.press("Enter");
  await dialog.getByText("1 device is verified now.").waitFor();
  await dialog.locator(`[data-device="${id}"]`).getByText("Verified", { exact: true }).waitFor();
  await picture(page, "omemo-verified");
  await closeDialog(dialog);
  await other.say(alice, "it is really me", "omemo");
  await marked("Bob", "it is really me", "encrypted, from a verified device").waitFor();
});

it("OMEMO: a new device of a verified contact is announced and receives nothing until the user decides", async () => {
  const { page, server } = app;
  tablet = await startOtherJackdaw(server, bob, "hidden");
  const { id } = await tablet.device();
  const banner = page.getByRole("status").filter({ hasText: "New device of Bob" });
  await banner.waitFor();
  await expectAccessible(page, "new device");
  await picture(page, "omemo-new-device");
  await write(page, "not for the tablet");
  expect((await other.hears(alice, "not for the tablet")).protection).toMatchObject({ kind: "omemo", problem: null });
  const placeholder = await tablet.has(
    alice,
    (one) => one.protection.kind === "omemo" && one.protection.problem === "not-for-this-device",
  );
  expect(placeholder.body).toBe("");
  await banner.getByRole("button", { name: "Look and decide" }).click();
  const dialog = page.getByRole("dialog", { name: "Devices of Bob" });
  const card = dialog.locator(`[data-device="${id}"]`);
  await card.getByText("Waits for your decision").waitFor();
  await picture(page, "omemo-undecided");
  await card.getByRole("button", { name: "Trust unverified" }).click();
  await card.getByText("Not verified").waitFor();
  await closeDialog(dialog);
  await banner.waitFor({ state: "detached" });
  await write(page, "for the tablet as well");
  for (const one of [other, tablet])
    expect((await one.hears(alice, "for the tablet as well")).protection).toMatchObject({
      kind: "omemo",
      problem: null,
    });
});

it("OMEMO: an undecryptable message says why, and an unencrypted one in an encrypted chat is marked", async () => {
  const { page } = app;
  const header = xml(
    "header",
    { sid: "31415" },
    xml("key", { rid: "27182" }, Buffer.alloc(60, 1).toString("base64")),
    xml("iv", {}, Buffer.alloc(12, 2).toString("base64")),
  );
  const encrypted = xml(
    "encrypted",
    "eu.siacs.conversations.axolotl",
    header,
    xml("payload", {}, Buffer.alloc(8, 3).toString("base64")),
  );
  await plain.send(
    xml(
      "message",
      { to: alice, type: "chat", id: "for-others" },
      xml("body", {}, "I sent you an OMEMO message"),
      encrypted,
    ),
  );
  const placeholder = page.getByRole("article").filter({ hasText: "Not encrypted for this device" });
  await placeholder.waitFor();
  expect(await page.getByText("I sent you an OMEMO message").count()).toBe(0);
  await placeholder.getByRole("button", { name: "Details" }).click();
  const details = page.getByRole("dialog", { name: "Why this message cannot be read" });
  await details.getByText("No. 31415").waitFor();
  await expectAccessible(page, "details of an unreadable message");
  await picture(page, "omemo-unreadable");
  await details.getByRole("button", { name: "Ask to send it again" }).click();
  await eventually(async () => expect(await composer(page).inputValue()).toContain("Could you send it again"));
  await composer(page).fill("");
  await plain.chat(alice, "in the clear, by mistake");
  await marked("Bob", "in the clear, by mistake", "not encrypted").waitFor();
  await lock("on").waitFor();
  await picture(page, "omemo-unexpected");
});

it("OMEMO: turning encryption off asks for confirmation, turning it on does not", async () => {
  const { page } = app;
  await choose("menuitemradio", /^Not encrypted/);
  const question = page.getByRole("alertdialog", { name: "Write to Bob without encryption?" });
  await question.waitFor();
  await expectAccessible(page, "turning encryption off");
  await picture(page, "omemo-off-question");
  // Enter gives the safe answer.
  await page.keyboard.press("Enter");
  await question.waitFor({ state: "detached" });
  await lock("on").waitFor();
  await choose("menuitemradio", /^Not encrypted/);
  await question.getByRole("button", { name: "Turn encryption off" }).click();
  await lock("off").waitFor();
  await write(page, "whoever wants may read this");
  expect((await other.hears(alice, "whoever wants may read this")).protection).toMatchObject({ kind: "none" });
  await picture(page, "omemo-off");
  await choose("menuitemradio", /^End-to-end encrypted/);
  await lock("on").waitFor();
  await write(page, "and this is ours again");
  expect((await other.hears(alice, "and this is ours again")).protection).toMatchObject({
    kind: "omemo",
    problem: null,
  });
});
