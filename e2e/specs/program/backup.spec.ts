/** A backup in the window: made in the settings, restored on an empty installation instead of signing in. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectPeer, type Peer } from "../../peers/peer.ts";
import { useApp } from "../../harness/app.ts";
import { openPage, picture, takeFaults } from "../../harness/browser.ts";
import { startHost, type RunningHost } from "../../harness/host.ts";
import { bubble, chatLine, chatList, eventually, expectAccessible, signIn, write } from "../../harness/window.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
const passphrase = "plenty of words nobody guesses";
const folder = mkdtempSync(join(tmpdir(), "jackdaw-e2e-next-"));
let peer: Peer;
let host: RunningHost | null = null;

beforeAll(async () => {
  peer = await connectPeer({ jid: "bob@localhost", password: "hidden", resource: "desk", server: app.server });
});
afterAll(async () => {
  await peer?.stop();
  await host?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const fillRestore = async (page: Page, phrase: string) => {
  await page.getByLabel("Passphrase", { exact: true }).last().fill(phrase);
  await page.getByRole("button", { name: "Open backup" }).click();
};

it("making a backup asks for the passphrase twice and verifies the file", async () => {
  const { page, server } = app;
  await signIn(page, server, "alice@localhost", "secret");
  await peer.chat("alice@localhost", "worth keeping");
  await chatLine(page, "bob@localhost").click();
  await bubble(page, "worth keeping").waitFor();
  await write(page, "indeed");
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.getByRole("button", { name: "Backup", exact: true }).click();
  await page.getByLabel("Passphrase", { exact: true }).first().fill("short");
  await page.getByRole("button", { name: "Make backup" }).click();
  await page.getByText("At least 10 characters, please.").waitFor();
  await page.getByLabel("Passphrase", { exact: true }).first().fill(passphrase);
  await page.getByLabel("Passphrase again").fill("something else");
  await page.getByRole("button", { name: "Make backup" }).click();
  await page.getByText("The two are not the same.").waitFor();
  await page.getByLabel("Passphrase again").fill(passphrase);
  await picture(page, "backup-settings");
  await expectAccessible(page, "backup");
  await page.getByRole("button", { name: "Make backup" }).click();
  await page.getByText("The backup is complete and was read back.").waitFor();
  expect(readdirSync(join(app.dataFolder, "backups"))).toHaveLength(1);
  await picture(page, "backup-made");
});

it("restoring a backup on another installation explains what taking over the device means", async () => {
  await app.quit();
  mkdirSync(join(folder, "backups"), { recursive: true });
  for (const name of readdirSync(join(app.dataFolder, "backups")))
    copyFileSync(join(app.dataFolder, "backups", name), join(folder, "backups", name));
  host = await startHost({ dataFolder: folder });
  const page = await openPage(app.browser, host.address);
  await page.getByRole("button", { name: "Restore from a backup" }).click();
  await fillRestore(page, "not the right one");
  await page.getByRole("alert").filter({ hasText: "The passphrase does not fit this backup." }).waitFor();
  await fillRestore(page, passphrase);
  await page.getByText("alice@localhost", { exact: true }).waitFor();
  await page.getByText("The old installation may go on.").waitFor();
  await page.getByRole("radio", { name: "Go on as the same device" }).check({ force: true });
  await page.getByText("The old installation must not run any more").waitFor();
  await picture(page, "backup-restore");
  await expectAccessible(page, "restoring a backup");
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  await page.getByText("Restored: 2 messages are new here.").waitFor();
  await page.getByText("Do not start the old one again.").waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await chatList(page).waitFor();
  await chatLine(page, "bob@localhost").click();
  await bubble(page, "worth keeping").waitFor();
  await bubble(page, "indeed").waitFor();
  await peer.chat("alice@localhost", "and on it goes");
  await bubble(page, "and on it goes").waitFor();
  await eventually(async () => expect(await page.getByRole("article").count()).toBe(3));
  expect(takeFaults(page)).toEqual([]);
});
