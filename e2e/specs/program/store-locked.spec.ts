/** A store with a wrong or lost key: the user gets a clear choice, and the file stays untouched. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { picture } from "../../harness/browser.ts";
import { chatList, eventually, expectAccessible, jumpTo, ownBubble, signIn, write } from "../../harness/window.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let recoveryKey = "";
let key: Buffer;
const keyFile = (): string => join(app.dataFolder, "secrets", "store-key");
const digest = (): string =>
  createHash("sha256")
    .update(readFileSync(join(app.dataFolder, "jackdaw.db")))
    .digest("hex");
const locked = () => app.page.getByRole("heading", { name: "Your messages are locked" });

it("the settings show the recovery key", async () => {
  const { page, server } = app;
  await signIn(page, server, "alice@localhost", "secret");
  await jumpTo(page, "bob@localhost");
  await write(page, "keep this");
  await ownBubble(page, "keep this", "sent").waitFor();
  await page.getByRole("button", { name: "Settings" }).click();
  await page
    .getByRole("button", { name: "Storage" })
    .or(page.getByRole("link", { name: "Storage" }))
    .or(page.getByRole("tab", { name: "Storage" }))
    .first()
    .click();
  await page.getByRole("button", { name: "Show the key" }).click();
  key = readFileSync(keyFile());
  await eventually(async () => {
    recoveryKey =
      /[0-9a-f]{64}/.exec((await page.locator("body").innerText()).replace(/\s/g, "").toLowerCase())?.[0] ?? "";
    expect(recoveryKey).toBe(key.toString("hex"));
  });
  await app.quit();
});

it("locked store: a wrong key is reported and changes nothing", async () => {
  const { page } = app;
  const before = digest();
  writeFileSync(keyFile(), Buffer.alloc(32, 7));
  await app.start();
  await locked().waitFor();
  await page.getByText("does not fit the file with your messages").waitFor();
  await picture(page, "store-locked");
  await expectAccessible(page, "locked store");
  await page.getByRole("button", { name: /^Try again/ }).click();
  await page.getByText("It still does not open.").waitFor();
  expect(digest()).toBe(before);
});

it("locked store: a wrong recovery key is refused, and the right one unlocks", async () => {
  const { page } = app;
  const before = digest();
  await page.getByRole("button", { name: /^Enter the recovery key/ }).click();
  await page.getByLabel("Recovery key").fill("00".repeat(32));
  await page.getByRole("button", { name: "Unlock" }).click();
  await page.getByText("This is not the key of these messages.").waitFor();
  expect(digest()).toBe(before);
  await page.getByLabel("Recovery key").fill(recoveryKey.replace(/(.{8})/g, "$1 "));
  await page.getByRole("button", { name: "Unlock" }).click();
  await chatList(page).getByRole("button", { name: /^bob/i }).click();
  await ownBubble(page, "keep this", "sent").waitFor();
  expect(readFileSync(keyFile())).toEqual(key);
  await app.quit();
});

it("locked store: a missing key is reported, and starting afresh keeps the old file", async () => {
  const { page } = app;
  rmSync(keyFile());
  const before = digest();
  await app.start();
  await locked().waitFor();
  await page.getByText("The key to your messages is missing").waitFor();
  await page.getByRole("button", { name: /^Start afresh/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Put the old file aside" }).click();
  await page.getByRole("heading", { name: "Welcome to Jackdaw" }).waitFor();
  const kept = readdirSync(app.dataFolder).filter((name) => /jackdaw.*db/.test(name) && name !== "jackdaw.db");
  const digests = kept.map((name) =>
    createHash("sha256")
      .update(readFileSync(join(app.dataFolder, name)))
      .digest("hex"),
  );
  expect(digests).toContain(before);
});
