/** Files that we send: chosen, pasted or dropped, with a caption. The other side gets them. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { befriend } from "../peers/befriend.ts";
import { gradient } from "../peers/file-sender.ts";
import { useApp } from "../harness/app.ts";
import { picture, resize } from "../harness/browser.ts";
import { startOtherJackdaw, type OtherJackdaw } from "../harness/other-jackdaw.ts";
import type { Message } from "../../shared/model/message.ts";
import { chatLine, composer, eventually, expectAccessible, signIn } from "../harness/window.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let bob: OtherJackdaw;
beforeAll(async () => {
  const { page, server } = app;
  await befriend(
    server,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { jid: "bob@localhost", password: "hidden", name: "Bob" },
  );
  bob = await startOtherJackdaw(server, "bob@localhost", "hidden");
  await bob.device();
  await signIn(page, server, "alice@localhost", "secret");
});
afterAll(() => bob?.stop());

const tray = () => app.page.getByRole("region", { name: "Files to send" });
async function choose(...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  const { page } = app;
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).press("Enter");
  await (await choosing).setFiles(files);
  await tray().waitFor();
}
const png = (name: string, width: number, height: number) => ({
  name,
  mimeType: "image/png",
  buffer: gradient(width, height),
});
/** Gives files to the composer as the clipboard, or the pointer, does. */
const hand = (how: "paste" | "drop", name: string): Promise<void> =>
  composer(app.page).evaluate(
    (box, [kind, called]) => {
      const data = new DataTransfer();
      data.items.add(new File(["some words"], called!, { type: "text/plain" }));
      if (kind === "paste") {
        box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        return;
      }
      const init = { dataTransfer: data, bubbles: true, cancelable: true };
      for (const type of ["dragenter", "dragover"]) box.dispatchEvent(new DragEvent(type, init));
    },
    [how, name],
  );

it("pictures are chosen, put in order, and sent with a caption; they are shown at once, and the contact gets them", async () => {
  const { page } = app;
  await page.getByRole("button", { name: "New chat" }).first().click();
  await page.getByRole("button", { name: /^Bob/ }).click();
  await composer(page).waitFor();
  await page.getByRole("button", { name: /^Encryption/ }).waitFor();
  await choose(png("lake.png", 900, 500), png("hill.png", 500, 700), png("icon.png", 64, 64));
  await tray().getByRole("button", { name: "Move hill.png to the left" }).press("Alt+ArrowLeft");
  expect(await tray().getByRole("listitem").allTextContents()).toEqual([
    expect.stringContaining("hill.png"),
    expect.stringContaining("lake.png"),
    expect.stringContaining("icon.png"),
  ]);
  await tray().getByRole("button", { name: "Remove icon.png" }).press("Enter");
  await composer(page).fill("At the lake");
  await picture(page, "attach");
  await expectAccessible(page, "files to send");
  await page.emulateMedia({ colorScheme: "dark" });
  await resize(page, { width: 380, height: 760 });
  await page.evaluate(() => window.jackdaw.invoke("settings.change", { language: "de" }));
  await page.getByRole("region", { name: "Dateien zum Senden" }).waitFor();
  await picture(page, "attach-de-dark-380");
  await page.evaluate(() => window.jackdaw.invoke("settings.change", { language: "en" }));
  await page.emulateMedia({ colorScheme: "light" });
  await resize(page, { width: 1200, height: 800 });
  await composer(page).press("Enter");
  await tray().waitFor({ state: "detached" });
  await eventually(async () => expect(await composer(page).inputValue()).toBe(""));
  for (const name of ["hill.png", "lake.png"]) {
    const shown = page.getByRole("img", { name: `Picture ${name}` });
    await shown.waitFor();
    expect(await shown.evaluate((one) => one.closest("article")!.getAttribute("aria-label"))).toContain("You");
  }
  // In an encrypted chat each file is a message of its own, and the server does not learn its name.
  const isSecret = ({ files }: Message): boolean => /^[0-9a-f]{16}\.png$/.test(files[0]?.name ?? "");
  const first = await bob.has("alice@localhost", isSecret);
  const second = await bob.has("alice@localhost", (one) => isSecret(one) && one.id !== first.id);
  for (const { account, id } of [first, second]) {
    const got = await bob.call("attachment.fetch", { account, id, file: 0, automatic: true });
    expect([500, 900]).toContain(got?.width);
  }
  await bob.hears("alice@localhost", "At the lake");
  await picture(page, "attach-sent");
  await expectAccessible(page, "sent pictures");
});

it("files are pasted and dropped onto the conversation", async () => {
  const { page } = app;
  await hand("paste", "pasted.txt");
  await tray().getByText("pasted.txt").waitFor();
  await hand("drop", "dropped.txt");
  await page.getByText("Drop files here").waitFor();
  await picture(page, "attach-drop");
  await composer(page).evaluate((box) => {
    const data = new DataTransfer();
    data.items.add(new File(["some words"], "dropped.txt", { type: "text/plain" }));
    box.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await tray().getByText("dropped.txt").waitFor();
  await page.getByText("Drop files here").waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.hasAttribute("data-composer"))).toBe(true);
  await page.keyboard.press("Enter");
  await tray().waitFor({ state: "detached" });
  await bob.has("alice@localhost", ({ files }) => files[0]?.kind === "document");
  await chatLine(page, "Bob")
    .filter({ hasText: /\.txt|files/ })
    .waitFor();
});

it("a file that is larger than the server takes stays chosen, and a sentence says why", async () => {
  const { page } = app;
  await choose({ name: "large.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(17 * 1024 * 1024) });
  await composer(page).press("Enter");
  await page.getByRole("alert").filter({ hasText: "larger" }).waitFor();
  await picture(page, "attach-too-large");
  await tray().getByRole("button", { name: "Remove large.bin" }).press("Enter");
  await tray().waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.hasAttribute("data-composer"))).toBe(true);
});
