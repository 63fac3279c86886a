/** Encrypted files in the window: the key is never shown, a picture is shown on request, a file is saved. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PIXEL, uploadEncrypted } from "../peers/file-sender.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";
import { useApp } from "../harness/app.ts";
import { picture } from "../harness/browser.ts";
import { chatLine, eventually, expectAccessible, signIn } from "../harness/window.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let peer: Peer;
beforeAll(async () => {
  peer = await connectPeer({ jid: "bob@localhost", password: "hidden", resource: "desk", server: app.server });
});
afterAll(() => peer?.stop());

it("an encrypted picture is shown only when the user asks for it, and its key never appears", async () => {
  const { page, server } = app;
  await signIn(page, server, "alice@localhost", "secret");
  const address = await uploadEncrypted(peer, PIXEL, "holiday.png");
  await peer.chat("alice@localhost", address);
  await chatLine(page, "bob@localhost").filter({ hasText: "Photo" }).click();
  const message = page.getByRole("article").filter({ has: page.getByRole("button", { name: /holiday.png/ }) });
  await message.waitFor();
  expect(await page.content()).not.toContain(address.split("#")[1]);
  expect(await page.getByRole("img", { name: "Picture holiday.png" }).count()).toBe(0);
  await picture(page, "file-encrypted");
  await expectAccessible(page, "an encrypted file");
  await message.getByRole("button", { name: "Show picture holiday.png" }).click();
  const image = page.getByRole("img", { name: "Picture holiday.png" });
  await image.waitFor();
  await eventually(async () => expect(await image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(1));
  await message.getByRole("button", { name: "Save holiday.png" }).click();
  await page.getByText(/^Saved: /).waitFor();
  expect(readFileSync(join(app.dataFolder, "downloads", "holiday.png")).equals(PIXEL)).toBe(true);
});

it("a manipulated encrypted file is reported and not saved", async () => {
  const { page } = app;
  const address = await uploadEncrypted(peer, Buffer.from("a report"), "report.pdf", (sealed) => sealed.subarray(1));
  await peer.chat("alice@localhost", address);
  await page
    .getByRole("article")
    .filter({ hasText: "report.pdf" })
    .getByRole("button", { name: "Save report.pdf" })
    .click();
  await page.getByText("The file could not be fetched").waitFor();
});
