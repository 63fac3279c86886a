/** PDF and text files are read in the viewer, whatever is in them; animations can be stopped. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { befriend } from "../peers/befriend.ts";
import { sharing, upload } from "../peers/file-sender.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";
import { useApp } from "../harness/app.ts";
import { picture } from "../harness/browser.ts";
import { bubble, chatLine, eventually, expectAccessible, signIn } from "../harness/window.ts";

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
  await bob.chat("alice@localhost", "some documents");
  await chatLine(app.page, "Bob").filter({ hasText: "some documents" }).click();
}, 90_000);
afterAll(() => bob?.stop());

/** A PDF whose pages say their number, in a font that is not in the file; it asks to run a script when it opens. */
function pdf(pages: number): Buffer {
  const first = 4;
  const numbers = Array.from({ length: pages }, (_, at) => at);
  const objects = [
    "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
    `<</Type/Pages/Count ${pages}/Kids[${numbers.map((at) => `${first + 2 * at} 0 R`).join(" ")}]>>`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ...numbers.flatMap((at) => {
      const text = `BT /F 48 Tf 60 700 Td (This is page ${at + 1}) Tj ET`;
      return [
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${first + 2 * at + 1} 0 R/Resources<</Font<</F 3 0 R>>>>>>`,
        `<</Length ${text.length}>>stream\n${text}\nendstream`,
      ];
    }),
  ];
  let file = "%PDF-1.7\n";
  const places = objects.map((object, at) => {
    const place = file.length;
    file += `${at + 1} 0 obj ${object} endobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  return Buffer.from(
    `${file}xref\n0 ${size}\n0000000000 65535 f \n${table}trailer<</Size ${size}/Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF`,
    "latin1",
  );
}

/** A GIF of two pictures, one red and one blue. */
function animation(): Buffer {
  const frame = (colour: number) => [
    ...[0x21, 0xf9, 4, 0, 20, 0, 0, 0],
    ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0],
    ...[2, 2, colour === 0 ? 0x44 : 0x4c, 1, 0],
  ];
  return Buffer.from([
    ...Buffer.from("GIF89a"),
    ...[1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255],
    ...[0x21, 0xff, 11, ...Buffer.from("NETSCAPE2.0"), 3, 1, 0, 0, 0],
    ...frame(0),
    ...frame(1),
    0x3b,
  ]);
}

async function send(bytes: Buffer, name: string, mediaType: string, caption: string) {
  const url = await upload(bob, bytes, name);
  const sides = mediaType.startsWith("image/") ? { sides: [200, 150] as const } : {};
  await bob.send(sharing("alice@localhost", [{ bytes, url, name, mediaType, ...sides }], caption));
  const message = bubble(app.page, caption);
  await message.waitFor();
  return message;
}

it("a PDF opens over the window: its pages are drawn and read, and nothing in it runs", async () => {
  const { page } = app;
  page.once("dialog", () => expect.fail("a script of the document ran"));
  const message = await send(pdf(30), "plan.pdf", "application/pdf", "a plan");
  await message.getByRole("button", { name: "View plan.pdf" }).press("Enter");
  const viewer = page.getByRole("dialog", { name: "Document plan.pdf" });
  const first = viewer.getByRole("group", { name: "Page 1", exact: true });
  await first.getByText("This is page 1").waitFor();
  // The letters are drawn: the canvas is not white only.
  await eventually(async () =>
    expect(
      await first.locator("canvas").evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, at) => at % 4 !== 3 && value < 100);
      }),
    ).toBe(true),
  );
  await picture(page, "document-pdf");
  await expectAccessible(page, "document-pdf");
  await viewer.getByRole("region", { name: "plan.pdf" }).focus();
  await page.keyboard.press("End");
  await viewer.getByText("This is page 30").waitFor();
  await viewer.getByText("30 / 30").waitFor();
  await page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
}, 90_000);

it("text is shown as it is, also of a page, and a very long one is cut", async () => {
  const { page } = app;
  const source = "<script>document.title='run'</script>\n<h1>Grüße</h1>";
  const message = await send(Buffer.from(source), "page.html", "text/html", "a page");
  await message.getByRole("button", { name: "View page.html" }).press("Enter");
  const viewer = page.getByRole("dialog", { name: "Document page.html" });
  await eventually(async () =>
    expect(await viewer.getByRole("region", { name: "page.html" }).textContent()).toContain(source),
  );
  // The viewer leads to the other documents of the chat.
  await viewer.getByRole("button", { name: "Previous" }).press("Enter");
  await page.getByRole("dialog", { name: "Document plan.pdf" }).waitFor();
  await page.keyboard.press("Escape");

  const log = await send(Buffer.from("x".repeat(2_000_000)), "server.log", "text/plain", "one long line");
  await log.getByRole("button", { name: "View server.log" }).press("Enter");
  await page.getByText(/^The first 1 MB of 2 MB are shown/).waitFor();
  await picture(page, "document-text");
  await expectAccessible(page, "document-text");
  await page.keyboard.press("Escape");
  expect(await page.title()).not.toBe("run");
}, 90_000);

it("a program and a broken PDF have a sentence instead", async () => {
  const { page } = app;
  const says = "This file cannot be shown here. You can save it.";
  const program = await send(Buffer.from("MZ\x90\0\x03\0program", "latin1"), "notes.txt", "text/plain", "a program");
  await program.getByRole("button", { name: "View notes.txt" }).press("Enter");
  await program.getByText(says).waitFor();
  const broken = await send(Buffer.from("%PDF-1.7\nnothing"), "cut.pdf", "application/pdf", "a broken one");
  await broken.getByRole("button", { name: "View cut.pdf" }).press("Enter");
  const viewer = page.getByRole("dialog", { name: "Document cut.pdf" });
  await viewer.getByText(says).waitFor();
  await page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
}, 60_000);

it("an animation can be stopped and goes on", async () => {
  const message = await send(animation(), "wave.gif", "image/gif", "a wave");
  await message.getByRole("button", { name: "Stop the animation of wave.gif" }).press("Enter");
  const still = message.locator("canvas");
  await eventually(async () =>
    expect(
      await still.evaluate((canvas: HTMLCanvasElement) => [...canvas.getContext("2d")!.getImageData(0, 0, 1, 1).data]),
    ).toEqual([255, 0, 0, 255]),
  );
  await picture(app.page, "animation-stopped");
  await message.getByRole("button", { name: "Play the animation of wave.gif" }).press("Enter");
  await message.getByRole("img", { name: "Picture wave.gif" }).waitFor();
  expect(await still.count()).toBe(0);
}, 60_000);
