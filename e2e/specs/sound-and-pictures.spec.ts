/** Voice messages are recorded and played; pictures and videos open over the whole window; the gallery has them all. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import xml from "@xmpp/xml";
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { befriend } from "../peers/befriend.ts";
import { gradient, sharing, tone, upload } from "../peers/file-sender.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";
import { useApp } from "../harness/app.ts";
import { picture, resize } from "../harness/browser.ts";
import { bubble, chatLine, composer, eventually, expectAccessible, signIn, write } from "../harness/window.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let bob: Peer;
beforeAll(async () => {
  bob = await connectPeer({ jid: "bob@localhost", password: "hidden", resource: "desk", server: app.server });
  await bob.send(xml("presence"));
  const { page, server } = app;
  await befriend(
    server,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { jid: "bob@localhost", password: "hidden", name: "Bob" },
  );
  await signIn(page, server, "alice@localhost", "secret");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
}, 90_000);
afterAll(() => bob?.stop());

it("a received voice message shows its shape and length, plays, and is moved and sped up by the keyboard", async () => {
  const { page } = app;
  const bytes = tone(40);
  const url = await upload(bob, bytes, "memo.wav");
  await bob.send(sharing("alice@localhost", [{ bytes, url, name: "memo.wav", mediaType: "audio/wav" }]));
  await chatLine(page, "Bob").filter({ hasText: "Voice message" }).click();
  const player = page.getByRole("group", { name: "Recording memo.wav" });
  await eventually(async () => expect(await player.textContent()).toContain("0:40"));
  // Louder towards its end.
  const heights = () =>
    player
      .locator("svg g")
      .first()
      .locator("rect")
      .evaluateAll((all) => all.map((one) => Number(one.getAttribute("height"))));
  await eventually(async () => {
    const found = await heights();
    expect(found).toHaveLength(64);
    expect(found[60]! / found[10]!).toBeGreaterThan(3);
  });
  await expectAccessible(page, "a voice message");
  await player.getByRole("button", { name: "Play" }).focus();
  await page.keyboard.press("Enter");
  const time = () => player.locator("audio").evaluate((one: HTMLAudioElement) => one.currentTime);
  await eventually(async () => expect(await time()).toBeGreaterThan(0.2));
  const place = player.getByRole("slider", { name: "Place in the recording" });
  await place.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("PageUp");
  await eventually(async () => expect(await time()).toBeGreaterThan(3));
  await player.getByRole("button", { name: "Speed: 1 times" }).click();
  expect(await player.locator("audio").evaluate((one: HTMLAudioElement) => one.playbackRate)).toBe(1.5);
  await player.getByRole("button", { name: "Pause" }).click();
  await picture(page, "voice-received");
}, 120_000);

it("a voice message is recorded, listened to, and sent as Opus in MP4 with its length", async () => {
  const { page } = app;
  await page.getByRole("button", { name: "Record a voice message" }).click();
  const bar = page.getByRole("group", { name: "Voice message", exact: true });
  await eventually(async () => expect(await bar.getByRole("timer").textContent()).not.toMatch(/^0:0[01]/));
  await picture(page, "voice-recording");
  await expectAccessible(page, "recording a voice message");
  await bar.getByRole("button", { name: "Pause" }).click();
  await bar.getByRole("button", { name: "Go on recording" }).click();
  await bar.getByRole("button", { name: "Stop and listen" }).click();
  await bar.getByRole("button", { name: "Listen" }).click();
  await bar.getByRole("button", { name: "Pause" }).waitFor();
  await picture(page, "voice-listening");
  await bar.getByRole("button", { name: "Send the voice message" }).click();
  await bar.waitFor({ state: "detached" });
  await eventually(async () =>
    expect(await composer(page).evaluate((one) => one === document.activeElement)).toBe(true),
  );
  const got = await bob.waitForMessage((one) => one.getChild("file-sharing", "urn:xmpp:sfs:0") !== undefined);
  const file = got.getChild("file-sharing", "urn:xmpp:sfs:0")!.getChild("file", "urn:xmpp:file:metadata:0")!;
  expect(file.getChildText("media-type")).toBe("audio/mp4");
  expect(file.getChildText("name")).toMatch(/^Voice message [\d -]+\.m4a$/);
  expect(Number(file.getChildText("length"))).toBeGreaterThan(1_500);
  // Escape drops a recording.
  await page.getByRole("button", { name: "Record a voice message" }).click();
  await bar.getByRole("timer").waitFor();
  await page.keyboard.press("Escape");
  await bar.waitFor({ state: "detached" });
  await eventually(async () =>
    expect(await composer(page).evaluate((one) => one === document.activeElement)).toBe(true),
  );
}, 120_000);

it("a picture opens over the whole window, is enlarged and copied, and the arrows lead through the chat", async () => {
  const { page } = app;
  for (const [name, width] of [
    ["first.png", 700],
    ["second.png", 500],
    ["third.png", 600],
  ] as const) {
    const bytes = gradient(width, 400);
    const url = await upload(bob, bytes, name);
    await bob.send(
      sharing("alice@localhost", [{ bytes, url, name, mediaType: "image/png", sides: [width, 400] }], `It is ${name}`),
    );
    await page.getByRole("img", { name: `Picture ${name}` }).waitFor();
  }
  await page.getByRole("button", { name: "Open second.png" }).focus();
  await page.keyboard.press("Enter");
  const viewer = (name: string) => page.getByRole("dialog", { name: `Picture ${name}` });
  await viewer("second.png").getByRole("img").waitFor();
  await page.locator("[data-entering]").waitFor({ state: "detached" });
  await picture(page, "viewer");
  await expectAccessible(page, "the viewer");
  const width = async () => (await viewer("second.png").getByRole("img").boundingBox())!.width;
  const before = await width();
  await page.keyboard.press("+");
  await eventually(async () => expect(await width()).toBeGreaterThan(before * 1.4));
  await page.keyboard.press("0");
  await viewer("second.png").getByRole("button", { name: "Copy picture" }).click();
  await page.getByText("The picture is in the clipboard").waitFor();
  await page.keyboard.press("ArrowRight");
  await viewer("third.png").getByRole("img").waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await viewer("first.png").getByRole("img").waitFor();
  await page.keyboard.press("Escape");
  await viewer("first.png").waitFor({ state: "detached" });
  await eventually(async () =>
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Open second.png"),
  );
  // It is passed on to a chat, and waits there beside the composer.
  await page.keyboard.press("Enter");
  await viewer("second.png").getByRole("button", { name: "Share in another chat" }).click();
  const chooser = page.getByRole("dialog", { name: "Share with" });
  await chooser.getByRole("combobox", { name: "Share with" }).fill("bo");
  await chooser.getByRole("option", { name: /Bob/ }).waitFor();
  await picture(page, "share-with");
  await page.keyboard.press("Enter");
  await chooser.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Remove second.png" }).click();
}, 120_000);

it("the gallery lists pictures, voice messages, files and links by month, and leads to their messages", async () => {
  const { page } = app;
  const bytes = Buffer.from("minutes");
  const url = await upload(bob, bytes, "x");
  await bob.send(sharing("alice@localhost", [{ bytes, url, name: "Minutes.pdf", mediaType: "application/pdf" }]));
  await bob.chat("alice@localhost", "Look at https://example.org/garden and tell me");
  for (let at = 0; at < 60; at++) await bob.chat("alice@localhost", `line ${at}`);
  await bubble(page, "line 59").waitFor();
  await bubble(page, "line 59")
    .getByRole("button", { name: /^Actions/ })
    .focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Star" }).click();
  await page
    .getByRole("article", { name: /starred/ })
    .filter({ hasText: "line 59" })
    .waitFor();
  await write(page, "at the end");
  await composer(page).press("Control+Shift+M");
  const gallery = page.getByRole("dialog", { name: "Photos, files and links" });
  await gallery.getByRole("img", { name: "Picture first.png" }).waitFor();
  await picture(page, "gallery");
  await expectAccessible(page, "the gallery");
  await gallery.getByRole("button", { name: "Open third.png" }).focus();
  await page.keyboard.press("ArrowRight");
  await eventually(async () =>
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Open second.png"),
  );
  await gallery.getByRole("tab", { name: "Voice" }).click();
  await gallery.getByRole("group", { name: "Recording memo.wav" }).waitFor();
  await gallery.getByRole("tab", { name: "Starred" }).click();
  await gallery.getByRole("region", { name: "Starred" }).getByText("line 59").waitFor();
  await picture(page, "gallery-starred");
  await gallery.getByRole("tab", { name: "Links" }).click();
  await gallery.getByRole("link", { name: "https://example.org/garden" }).waitFor();
  await picture(page, "gallery-links");
  await gallery.getByRole("tab", { name: "Files" }).click();
  await gallery.getByText("Minutes.pdf").waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  await resize(page, { width: 420, height: 800 });
  await picture(page, "gallery-narrow-dark");
  await expectAccessible(page, "the gallery in a narrow dark window");
  await resize(page, { width: 1200, height: 800 });
  await gallery.getByRole("tab", { name: "Media" }).click();
  await gallery.getByRole("button", { name: "Open first.png" }).click();
  const viewer = page.getByRole("dialog", { name: "Picture first.png" });
  await viewer.getByRole("button", { name: "Show in the chat" }).click();
  await viewer.waitFor({ state: "detached" });
  await bubble(page, "It is first.png").waitFor();
  await eventually(async () => {
    const box = await bubble(page, "It is first.png").boundingBox();
    expect(box!.y).toBeGreaterThan(0);
    expect(box!.y).toBeLessThan(800);
  });
  await page.emulateMedia({ colorScheme: "light" });
}, 120_000);

/** A video of a second, recorded from a canvas. */
const video = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 180];
    const context = canvas.getContext("2d")!;
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm;codecs=vp8" });
    const pieces: Blob[] = [];
    recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    recorder.start();
    for (let frame = 0; frame < 25; frame++) {
      context.fillStyle = `hsl(${frame * 10} 80% 50%)`;
      context.fillRect(0, 0, 320, 180);
      await new Promise((next) => setTimeout(next, 50));
    }
    await new Promise((done) => {
      recorder.addEventListener("stop", done);
      recorder.stop();
    });
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
  });

it("a video is sent with its sides, its length and a thumbnail, and plays in the bubble", async () => {
  const { page } = app;
  const buffer = Buffer.from(await video(page), "base64");
  await page.getByLabel("Files to attach").setInputFiles({ name: "garden.webm", mimeType: "video/webm", buffer });
  await page.getByRole("region", { name: "Files to send" }).getByText("garden.webm").waitFor();
  await composer(page).press("Enter");
  const got = await bob.waitForMessage((one) => one.toString().includes("garden.webm"));
  const file = got.getChild("file-sharing", "urn:xmpp:sfs:0")!.getChild("file", "urn:xmpp:file:metadata:0")!;
  expect(["width", "height"].map((name) => file.getChildText(name))).toEqual(["320", "180"]);
  expect(file.getChild("thumbnail", "urn:xmpp:thumbs:1")?.attrs["uri"]).toMatch(/^data:image\/thumbhash/);
  const player = page.getByLabel("Video garden.webm");
  await player.waitFor();
  await player.evaluate((one: HTMLVideoElement) => one.play());
  await eventually(async () =>
    expect(await player.evaluate((one: HTMLVideoElement) => [one.videoWidth, one.currentTime > 0])).toEqual([
      320,
      true,
    ]),
  );
  // All of it is in view: the end of the chat is not lost while the bubble changes.
  await eventually(async () => {
    const box = (await player.boundingBox())!;
    expect(box.y + box.height).toBeLessThan((await composer(page).boundingBox())!.y);
  });
  await picture(page, "video-sent");
});

it("the storage page says what the copies of files take, and removes them", async () => {
  const { page } = app;
  await page.getByRole("button", { name: "Settings" }).first().click();
  await page.getByRole("button", { name: "Storage" }).click();
  const section = page.getByRole("region", { name: "Files on this computer" });
  await section.getByRole("button", { name: "Remove the files of Bob" }).waitFor();
  await picture(page, "storage-files");
  await expectAccessible(page, "the storage page");
  const copies = () => readdirSync(join(app.dataFolder, "files")).length;
  expect(copies()).toBeGreaterThan(4);
  await section.getByRole("button", { name: "Remove the files of Bob" }).click();
  await page.getByText(/copies removed$/).waitFor();
  await section.getByText("0 files").waitFor();
  await eventually(() => expect(copies()).toBe(0));
  await page.keyboard.press("Escape");
}, 60_000);
