/**
 * Verifying a contact by a QR code picture, and operating encryption by keyboard alone, in a dark and narrow window.
 */
import encodeQR from "qr";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatDeviceAddress } from "../../shared/omemo/device-address.ts";
import { bareJid } from "../../shared/jid.ts";
import { useApp } from "../harness/app.ts";
import { picture, resize } from "../harness/browser.ts";
import { startOtherJackdaw, type OtherJackdaw } from "../harness/other-jackdaw.ts";
import { composer, expectAccessible, jumpTo, ownBubble, signIn, write } from "../harness/window.ts";
import { befriend } from "../peers/befriend.ts";

const alice = "alice@localhost";
const bob = "bob@localhost";
const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let other: OtherJackdaw;

beforeAll(async () => {
  const { server, page } = app;
  await befriend(
    server,
    { jid: alice, password: "secret", name: "Alice" },
    { jid: bob, password: "hidden", name: "Bob" },
  );
  other = await startOtherJackdaw(server, bob, "hidden");
  await other.device();
  await signIn(page, server, alice, "secret");
  await page.emulateMedia({ colorScheme: "dark" });
  await jumpTo(page, "Bob");
  await page.getByRole("button", { name: "Encryption is on", exact: true }).waitFor();
});
afterAll(async () => {
  await other?.stop();
});

/** An image file of the QR code, as a camera would see it. */
const codeOf = (address: string) => ({
  name: "code.gif",
  mimeType: "image/gif",
  buffer: Buffer.from(encodeQR(address, "gif", { scale: 5 })),
});

it("OMEMO: the lock, its menu and the devices work by keyboard alone", async () => {
  const { page } = app;
  await composer(page).press("Shift+Tab");
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu");
  await menu.waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const question = page.getByRole("alertdialog", { name: "Write to Bob without encryption?" });
  await question.waitFor();
  // The safe answer has the focus.
  await page.keyboard.press("Enter");
  await question.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Encryption is on", exact: true }).press("Enter");
  await menu.waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Devices of Bob" });
  await dialog.getByRole("button", { name: "Verify" }).press("Enter");
  await dialog.getByText("Are all eight groups the same?").waitFor();
  expect(
    await dialog.getByRole("button", { name: "All the same" }).evaluate((one) => one === document.activeElement),
  ).toBe(true);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

it("OMEMO: a QR code picture verifies a device, and one with another key is an alarm", async () => {
  const { page } = app;
  await resize(page, { width: 390, height: 780 });
  await page.getByRole("button", { name: "Encryption is on", exact: true }).click();
  await page.getByRole("menuitem", { name: "Devices and keys of Bob" }).click();
  const dialog = page.getByRole("dialog", { name: "Devices of Bob" });
  const open = async (address: string): Promise<void> => {
    const chooser = page.waitForEvent("filechooser");
    await dialog.getByRole("button", { name: "Open a picture" }).click();
    await (await chooser).setFiles(codeOf(address));
  };
  const { id } = await other.device();
  await open(formatDeviceAddress({ jid: bareJid(bob), keys: [{ device: id, fingerprint: "a".repeat(64) }] }));
  await dialog.getByText("The keys do not match").waitFor();
  await open("https://example.org/");
  await dialog.getByText("This is no address with the keys").waitFor();
  await open(await other.address());
  await dialog.getByText("1 device is verified now.").waitFor();
  await expectAccessible(page, "narrow devices");
  await picture(page, "omemo-code-narrow");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

it("OMEMO: a narrow window shows the encrypted chat and our own keys", async () => {
  const { page } = app;
  await write(page, "a rather long line that has to be broken where it stands in a narrow window");
  await ownBubble(page, "a rather long line", "encrypted, delivered").waitFor();
  await expectAccessible(page, "narrow encrypted chat");
  await picture(page, "omemo-chat-narrow");
  await page.getByRole("button", { name: "Encryption is on", exact: true }).click();
  await page.getByRole("menuitem", { name: "My own devices and keys" }).click();
  await page.getByRole("img", { name: `QR code with the keys of ${alice}` }).waitFor();
  await expectAccessible(page, "narrow own keys");
  await picture(page, "omemo-own-narrow");
});
