/** Files that are not what they say, or want too much: each gets a sentence or a card, and nothing of them runs. */
import { crc32, deflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { befriend } from "../peers/befriend.ts";
import { gradient, sharing, upload } from "../peers/file-sender.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";
import { useApp } from "../harness/app.ts";
import { picture } from "../harness/browser.ts";
import { bubble, chatLine, signIn } from "../harness/window.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let bob: Peer;
beforeAll(async () => {
  bob = await connectPeer({ jid: "bob@localhost", password: "hidden", resource: "desk", server: app.server });
  await befriend(
    app.server,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { jid: "bob@localhost", password: "hidden", name: "Bob" },
  );
  await signIn(app.page, app.server, "alice@localhost", "secret");
}, 90_000);
afterAll(() => bob?.stop());

const SCRIPT = "<script>document.title='run'</script>";
const NO_PICTURE = "This is no picture that can be shown. You can save the file.";
const NO_SOUND = "Jackdaw cannot play this file. You can save it.";

/** A PNG of a few kilobytes that claims, and has, as many pixels. */
function bomb(side: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  // One bit a pixel, grey.
  head[8] = 1;
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.alloc((side / 8 + 1) * side))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const FILES: readonly [what: string, name: string, mediaType: string, bytes: Buffer, says: string | null][] = [
  [
    "an SVG with a script",
    "drawing.png",
    "image/png",
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`),
    NO_PICTURE,
  ],
  [
    "an SVG that says so",
    "drawing.svg",
    "image/svg+xml",
    Buffer.from(`<svg onload="document.title='run'"/>`),
    NO_PICTURE,
  ],
  ["a page with a script", "page.jpg", "image/jpeg", Buffer.from(`<!doctype html>${SCRIPT}`), NO_PICTURE],
  [
    "a page behind the head of a GIF",
    "both.gif",
    "image/gif",
    Buffer.from(`GIF89a\x10\0\x10\0/*${SCRIPT}*/=1;`, "latin1"),
    null,
  ],
  ["30,000 × 30,000 pixels", "bomb.png", "image/png", bomb(30_000), NO_PICTURE],
  ["a picture that is cut off", "cut.png", "image/png", gradient(60, 60).subarray(0, 45), null],
  ["no bytes at all", "empty.png", "image/png", Buffer.alloc(0), NO_PICTURE],
  ["a program as a sound", "song.mp3", "audio/mpeg", Buffer.from("MZ\x90\0This program", "latin1"), NO_SOUND],
  ["a broken sound", "broken.ogg", "audio/ogg", Buffer.concat([Buffer.from("OggS"), Buffer.alloc(5_000, 7)]), NO_SOUND],
];

it("files that are not what they say: each has a sentence, nothing of them runs, and the chat goes on", async () => {
  const { page } = app;
  const title = await page.title();
  await bob.chat("alice@localhost", "here they come");
  await chatLine(page, "Bob").filter({ hasText: "here they come" }).click();
  for (const [what, name, mediaType, bytes, says] of FILES) {
    const url = await upload(bob, bytes, "x");
    await bob.send(sharing("alice@localhost", [{ bytes, url, name, mediaType, sides: [40, 40] }], what));
    const message = bubble(page, what);
    // A picture that is cut off, or has nothing behind its head, is shown as far as it goes.
    if (says === null) await message.getByRole("img", { name: `Picture ${name}` }).waitFor();
    else await message.getByText(says).waitFor();
    await message.getByRole("button", { name: `Save ${name}` }).waitFor();
  }
  await picture(page, "hostile-files");
  await bob.chat("alice@localhost", "that was all");
  await bubble(page, "that was all").waitFor();
  expect(await page.title()).toBe(title);
}, 180_000);

it("names of files: paths, reserved names, hidden endings and directions are taken away", async () => {
  const { page } = app;
  const bytes = Buffer.from("x");
  const url = await upload(bob, bytes, "x");
  const names = ["../../etc/passwd", "CON.txt", "photo\u202egnp.exe", "a\u200b.pdf", "..", "x".repeat(400) + ".pdf"];
  await bob.send(
    sharing(
      "alice@localhost",
      names.map((name) => ({ bytes, url, name, mediaType: "application/pdf" })),
      "odd names",
    ),
  );
  const message = bubble(page, "odd names");
  await message.waitFor();
  const saves = message.getByRole("button", { name: /^Save / });
  const labels = await saves.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")!.slice(5)));
  expect(labels).toHaveLength(names.length);
  for (const label of labels) {
    expect(label).not.toMatch(/[/\\\u202e\u200b]/);
    expect(label).not.toMatch(/^(?:con\.|\.)/i);
    expect(Buffer.byteLength(label)).toBeLessThanOrEqual(255);
  }
}, 60_000);
