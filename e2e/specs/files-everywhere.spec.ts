/**
 * Pictures and voice messages between two Jackdaws in every kind of chat, encrypted and not: what one sends, the other
 * shows and has byte for byte.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { bareJid, fullJid, type Jid } from "../../shared/jid.ts";
import type { Encryption } from "../../shared/model/encryption.ts";
import { MAX_PART } from "../../shared/ipc/attachment.ts";
import { useApp } from "../harness/app.ts";
import { picture } from "../harness/browser.ts";
import { startOtherJackdaw, type OtherJackdaw } from "../harness/other-jackdaw.ts";
import type { Locator } from "playwright";
import { bubble, eventually, joinRoom, jumpTo, signIn, write } from "../harness/window.ts";
import { befriend } from "../peers/befriend.ts";
import { gradient, tone } from "../peers/file-sender.ts";

const den = bareJid("den@conference.localhost");
const [alice, bob] = [bareJid("alice@localhost"), bareJid("bob@localhost")];
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
  const room = { account: other.account.id, jid: den };
  await other.call("room.create", { ...room, nickname: "Robert", name: "Den", kind: "group" });
  await signIn(page, server, alice, "secret");
  await other.call("room.setAffiliation", { ...room, person: alice, affiliation: "member", reason: "" });
  await joinRoom(page, den, "Alice");
  await page.getByRole("heading", { name: "Den" }).waitFor();
}, 120_000);
afterAll(() => other?.stop());

const chatWith = (jid: Jid) => ({ account: other.account.id, jid });

interface Sent {
  name: string;
  type: string;
  bytes: Buffer;
}

/** Sends a file from the other side, as its window does. */
async function send(to: Jid, body: string, encryption: Encryption, { name, type, bytes }: Sent): Promise<void> {
  const { token } = await other.call("file.begin", { account: other.account.id, size: bytes.length });
  for (let at = 0; at < bytes.length; at += MAX_PART)
    await other.call("file.append", { token, base64: bytes.subarray(at, at + MAX_PART).toString("base64") });
  await other.call("file.finish", { token });
  const sides = type === "image/png" ? { width: 90, height: 60 } : {};
  await eventually(async () => expect((await other.call("chat.open", chatWith(to))).chat.encryption).toBe(encryption));
  const files = [{ token, name, mediaType: type, ...sides }];
  await other.call("message.send", { ...chatWith(to), body, encryption, files });
}

/** Writes the open chat of the window in this way. */
async function switchTo(encryption: Encryption): Promise<void> {
  const { page } = app;
  const wanted = encryption === "omemo" ? "on" : "off";
  if (await page.getByRole("button", { name: `Encryption is ${wanted}` }).isVisible()) return;
  await page.getByRole("button", { name: /^Encryption is / }).click();
  const entry = encryption === "omemo" ? /^End-to-end encrypted/ : /^Not encrypted/;
  await page.getByRole("menuitemradio", { name: entry }).click();
  if (encryption === "none") await page.getByRole("button", { name: "Turn encryption off" }).click();
}

/** All bytes of the newest file that came to the other side. */
async function received(chat: Jid, size: number): Promise<Buffer> {
  const { page: held } = await other.call("chat.open", chatWith(chat));
  const newest = held.messages.findLast(({ files, direction }) => direction === "in" && files.length > 0);
  if (newest === undefined) throw new Error("no file has come");
  const key = { account: other.account.id, id: newest.id, file: 0 };
  const found = await other.call("attachment.fetch", { ...key, automatic: false });
  if (found?.size !== size) throw new Error(`the newest file has ${found?.size} bytes`);
  return Buffer.from((await other.call("attachment.read", { ...key, from: 0, length: MAX_PART })).base64, "base64");
}

/** Both sides of each chat, and how it is written in. */
const CHATS: readonly [what: string, theirs: Jid, ours: string, encryption: Encryption][] = [
  ["an encrypted chat", alice, "Bob", "omemo"],
  ["a chat in the clear", alice, "Bob", "none"],
  ["an encrypted group chat", den, "Den", "omemo"],
  ["a group chat in the clear", den, "Den", "none"],
  ["a private chat of a room", fullJid("den@conference.localhost/Alice"), "Robert", "none"],
];

it.each(CHATS)(
  "in %s pictures and voice messages go both ways",
  async (what, theirs, ours, encryption) => {
    const { page } = app;
    const isPrivate = theirs.includes("/");
    if (isPrivate) {
      // It exists once it was written in.
      await other.call("message.send", { ...chatWith(theirs), body: "psst", encryption: "none" });
      await page
        .getByRole("navigation", { name: "Chats" })
        .getByRole("button", { name: /^Robert/ })
        .click();
      await bubble(page, "psst").waitFor();
    } else {
      await other.call("chat.open", chatWith(theirs));
      await other.call("chat.setEncryption", { ...chatWith(theirs), encryption });
      await jumpTo(page, ours);
      await switchTo(encryption);
    }
    const pictures = page.getByRole("img", { name: /^Picture / });
    const sounds = page.getByRole("group", { name: /^Recording / });
    const before = { pictures: await pictures.count(), sounds: await sounds.count() };
    const isShown = (what: Locator, count: number) => eventually(async () => expect(await what.count()).toBe(count));

    await send(theirs, `picture in ${what}`, encryption, {
      name: "view.png",
      type: "image/png",
      bytes: gradient(90, 60),
    });
    await isShown(pictures, before.pictures + 1);
    await bubble(page, `picture in ${what}`).waitFor();
    // The text comes behind the picture that it was sent with.
    expect(await page.getByRole("article").last().textContent()).toContain(`picture in ${what}`);
    await send(theirs, "", encryption, { name: "memo.wav", type: "audio/wav", bytes: tone(20) });
    await isShown(sounds, before.sounds + 1);
    await sounds.last().getByText("0:20").waitFor();
    // The chat stays at its end while what it shows gets its height.
    await eventually(async () =>
      expect(
        await page
          .locator("[role=log][tabindex]")
          .evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop),
      ).toBeLessThan(3),
    );
    await sounds.last().getByRole("button", { name: "Play" }).press("Enter");
    await sounds.last().getByRole("button", { name: "Pause" }).waitFor();
    await picture(page, `files-${what.replaceAll(" ", "-")}`);

    const chosen = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Attach files" }).click();
    const bytes = Buffer.from(`Words for ${what}`);
    await (await chosen).setFiles([{ name: "words.txt", mimeType: "text/plain", buffer: bytes }]);
    await page.getByRole("button", { name: "Remove words.txt" }).waitFor();
    await write(page, "");
    const arrived = await eventually(() => received(theirs, bytes.length));
    expect(arrived.equals(bytes)).toBe(true);
  },
  120_000,
);
