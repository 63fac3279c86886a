/** Files that a contact shares (XEP-0447): pictures come by themselves, alone or as an album; others have a card. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import xml from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { befriend } from "../peers/befriend.ts";
import { gradient, sharing, upload, type Shared } from "../peers/file-sender.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";
import { useApp } from "../harness/app.ts";
import { picture } from "../harness/browser.ts";
import { bubble, chatLine, eventually, expectAccessible, signIn } from "../harness/window.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let bob: Peer;
beforeAll(async () => {
  bob = await connectPeer({ jid: "bob@localhost", password: "hidden", resource: "desk", server: app.server });
});
afterAll(() => bob?.stop());

const BLURRED = "data:image/blurhash,LEHV6nWB2yk8pyo0adR*.7kCMdnj";
async function file(name: string, width: number, height: number): Promise<Shared> {
  const bytes = gradient(width, height);
  const url = await upload(bob, bytes, name);
  return { bytes, url, name, mediaType: "image/png", sides: [width, height], thumbnail: BLURRED };
}

it("a contact's pictures are shown by themselves in boxes of their shape, with their caption, several as an album", async () => {
  const { page, server } = app;
  await befriend(
    server,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { jid: "bob@localhost", password: "hidden", name: "Bob" },
  );
  await signIn(page, server, "alice@localhost", "secret");
  await bob.send(sharing("alice@localhost", [await file("lake.png", 800, 450)], "The lake this morning"));
  await chatLine(page, "Bob").filter({ hasText: "The lake this morning" }).click();
  const lake = page.getByRole("img", { name: "Picture lake.png" });
  await lake.waitFor();
  await eventually(async () => expect(await lake.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(800));
  const box = (await lake.boundingBox())!;
  expect(box.width / box.height).toBeCloseTo(800 / 450, 1);
  const message = bubble(page, "The lake this morning");
  expect(await message.textContent()).not.toContain("https://");

  await bob.send(
    sharing("alice@localhost", [
      await file("1.png", 300, 400),
      await file("2.png", 400, 300),
      await file("3.png", 300, 300),
    ]),
  );
  for (const name of ["1.png", "2.png", "3.png"]) await page.getByRole("img", { name: `Picture ${name}` }).waitFor();
  await chatLine(page, "Bob").filter({ hasText: "3 files" }).waitFor();
  await picture(page, "files-album");
  await expectAccessible(page, "shared pictures");
});

it("a file that is no picture has a card with name, type and size, and is saved", async () => {
  const { page } = app;
  const bytes = Buffer.from("the minutes of the meeting\n".repeat(90_000));
  const url = await upload(bob, bytes, "x");
  await bob.send(
    sharing("alice@localhost", [{ bytes, url, name: "Minutes of May.pdf", mediaType: "application/pdf" }]),
  );
  await chatLine(page, "Bob").filter({ hasText: "Minutes of May.pdf" }).waitFor();
  const card = bubble(page, "Minutes of May.pdf");
  expect(await card.textContent()).toContain("PDF · 2.43 MB · kept at localhost");
  await card.getByRole("button", { name: "Save Minutes of May.pdf" }).click();
  await page.getByText(/^Saved: /).waitFor();
  expect(readFileSync(join(app.dataFolder, "downloads", "Minutes of May.pdf")).equals(bytes)).toBe(true);
  await picture(page, "files-card");
});

it("a picture that is announced before its upload has a card, and is shown when its source is attached", async () => {
  const { page } = app;
  const early = await file("early.png", 640, 360);
  const announced = sharing("alice@localhost", [early], "Still uploading");
  announced.getChild("file-sharing")!.remove("sources");
  announced.getChild("body")!.children = ["Still uploading"];
  announced.remove("fallback");
  await bob.send(announced);
  await bubble(page, "Still uploading").getByText("Not uploaded yet").waitFor();
  await picture(page, "files-pending");
  await expectAccessible(page, "a file that is not uploaded yet");
  const source = xml("url-data", { xmlns: "http://jabber.org/protocol/url-data", target: early.url });
  await bob.send(
    xml(
      "message",
      { type: "chat", to: "alice@localhost", id: "attaching" },
      xml("attach-to", { xmlns: "urn:xmpp:message-attaching:1", id: String(announced.attrs["id"]) }),
      xml("sources", { xmlns: "urn:xmpp:sfs:0", id: "0" }, source),
    ),
  );
  const shown = page.getByRole("img", { name: "Picture early.png" });
  await shown.waitFor();
  await eventually(async () => expect(await shown.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(640));
});

it("a picture that may not be fetched by itself is a blurred box with a button, which the keyboard reaches", async () => {
  const { page } = app;
  await page.getByRole("button", { name: "Settings" }).first().click();
  await page.getByRole("button", { name: "Privacy" }).click();
  await page.getByRole("button", { name: /Show pictures without being asked/ }).click();
  await page.getByRole("option", { name: "Never" }).click();
  await picture(page, "files-setting");
  await expectAccessible(page, "the settings of pictures");
  await page.keyboard.press("Escape");
  await chatLine(page, "Bob").click();
  await bob.send(sharing("alice@localhost", [await file("later.png", 600, 400)]));
  const show = page.getByRole("button", { name: "Show picture later.png" });
  await show.waitFor();
  await eventually(async () => expect(await show.getAttribute("data-pending")).toBeNull());
  await picture(page, "files-blurred");
  await expectAccessible(page, "a picture that was not fetched");
  const before = (await show.locator("xpath=../..").boundingBox())!;
  await show.focus();
  await page.keyboard.press("Enter");
  const shown = page.getByRole("img", { name: "Picture later.png" });
  await shown.waitFor();
  const after = (await shown.boundingBox())!;
  expect([after.width, after.height].map(Math.round)).toEqual([before.width, before.height].map(Math.round));
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 420, height: 800 });
  await picture(page, "files-narrow-dark");
  await expectAccessible(page, "shared files in a narrow dark window");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(420);
});
