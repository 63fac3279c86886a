/**
 * Delivery states, receipts and markers, missed messages, and their settings in the window; the contact uses another
 * client.
 */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../harness/app.ts";
import { picture } from "../harness/browser.ts";
import {
  bubble,
  chatLine,
  composer,
  eventually,
  expectAccessible,
  jumpTo,
  ownBubble,
  signIn,
  write,
} from "../harness/window.ts";
import { befriend } from "../peers/befriend.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" }, without: ["offline"] });
const alice = "alice@localhost";
let bob: Peer;

beforeAll(async () => {
  const { server, page } = app;
  // Before any client of Alice is online: otherwise unacknowledged messages would be delivered to her again, as new.
  bob = await connectPeer({ server, jid: "bob@localhost", password: "hidden", resource: "phone" });
  await bob.send(xml("presence"));
  for (let n = 1; n <= 120; n++) await bob.chat(alice, `history ${n}`);
  await taken();
  await befriend(
    server,
    { jid: alice, password: "secret", name: "Alice" },
    { jid: "bob@localhost", password: "hidden", name: "Bob" },
  );
  await signIn(page, server, alice, "secret");
});
afterAll(() => bob?.stop());

/** Resolves when the server has everything that Bob sent. */
const taken = (): Promise<Element> =>
  bob.request(xml("iq", { type: "get", to: "localhost", id: crypto.randomUUID() }, xml("ping", "urn:xmpp:ping")));
const message = (body: string, id: string): Element =>
  xml(
    "message",
    { to: alice, type: "chat", id },
    xml("body", {}, body),
    xml("request", "urn:xmpp:receipts"),
    xml("markable", "urn:xmpp:chat-markers:0"),
  );
const said = (name: string, id: string): boolean => bob.stanzas.some((one) => one.getChild(name)?.attrs["id"] === id);

it("a first sign-in lists the archived chats as read, and scrolling reaches their beginning", async () => {
  const { page } = app;
  await chatLine(page, "Bob").waitFor();
  await eventually(async () => expect(await chatLine(page, "Bob").innerText()).toContain("history 120"));
  expect(await chatLine(page, "Bob").innerText()).not.toContain("unread");
  await chatLine(page, "Bob").click();
  await bubble(page, "history 120").waitFor();
  await eventually(async () => {
    await page.getByRole("log", { name: "Messages with Bob" }).evaluate((log) => log.scrollTo({ top: 0 }));
    expect(await page.getByText("This is the beginning of your conversation").isVisible()).toBe(true);
  });
  await page.getByText("history 1", { exact: true }).waitFor();
  await page.getByRole("button", { name: /^Jump to the newest/ }).click();
});

it("our message shows as sent, delivered and read", async () => {
  const { page } = app;
  await write(page, "did it arrive?");
  await ownBubble(page, "did it arrive?", "sent").waitFor();
  const got = await bob.waitForMessage((one) => one.getChildText("body") === "did it arrive?");
  const id = String(got.attrs["id"]);
  await bob.send(xml("message", { to: alice, type: "chat" }, xml("received", { xmlns: "urn:xmpp:receipts", id })));
  await ownBubble(page, "did it arrive?", "delivered").waitFor();
  await write(page, "and this?");
  await ownBubble(page, "and this?", "sent").waitFor();
  await picture(page, "ticks-delivered");
  await bob.send(
    xml("message", { to: alice, type: "chat" }, xml("displayed", { xmlns: "urn:xmpp:chat-markers:0", id })),
  );
  await ownBubble(page, "did it arrive?", "read").waitFor();
  await picture(page, "ticks");
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "ticks-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await expectAccessible(page, "ticks");
});

it("a message is answered by a receipt at once, and by a displayed marker only when it was in view", async () => {
  const { page } = app;
  await bob.send(message("look at me", "seen-1"));
  await bubble(page, "look at me").waitFor();
  await eventually(() => expect([said("received", "seen-1"), said("displayed", "seen-1")]).toEqual([true, true]));
  await jumpTo(page, "carol@localhost");
  await bob.send(message("behind your back", "unseen-1"));
  await eventually(async () => expect(await chatLine(page, "Bob").innerText()).toContain("behind your back"));
  await eventually(() => expect(said("received", "unseen-1")).toBe(true));
  expect(said("displayed", "unseen-1")).toBe(false);
  await chatLine(page, "Bob").click();
  await eventually(() => expect(said("displayed", "unseen-1")).toBe(true));
});

it("missed messages are below a line, and one button leads to the newest", async () => {
  const { page } = app;
  const { port } = new URL(app.host.origin);
  await app.quit();
  for (let n = 1; n <= 90; n++) await bob.send(message(`missed ${n}`, `missed-${n}`));
  await taken();
  await app.start({ port: Number(port) });
  await eventually(async () => expect(await chatLine(page, "Bob").innerText()).toContain("90 unread messages"));
  await chatLine(page, "Bob").click();
  const line = page.getByRole("heading", { name: "New messages" });
  await line.waitFor();
  await page.getByText("missed 1", { exact: true }).waitFor();
  await picture(page, "unread-line");
  await page
    .getByRole("button", { name: /^Jump to/ })
    .last()
    .click();
  await bubble(page, "missed 90").waitFor();
  await eventually(() => expect(said("displayed", "missed-90")).toBe(true));
  await eventually(async () => expect(await chatLine(page, "Bob").innerText()).not.toContain("unread"));
});

it("a chat with many unread messages offers a jump to the first one", async () => {
  const { page } = app;
  const { port } = new URL(app.host.origin);
  await app.quit();
  for (let n = 1; n <= 700; n++) await bob.chat(alice, `far ${n}`);
  await taken();
  await app.start({ port: Number(port) });
  await eventually(async () => expect(await chatLine(page, "Bob").innerText()).toContain("700 unread messages"));
  await chatLine(page, "Bob").click();
  await page.getByRole("log", { name: "Messages with Bob" }).waitFor();
  await page.keyboard.press("Control+j");
  await page.getByText("far 1", { exact: true }).waitFor();
  await page.getByRole("heading", { name: "New messages" }).waitFor();
  await picture(page, "first-unread");
});

it("a failed message can be edited in the composer, and deleting one can be undone", async () => {
  const { page } = app;
  await jumpTo(page, "nobody@elsewhere.invalid");
  await write(page, "to be mended");
  const failed = ownBubble(page, "to be mended", "not sent");
  await failed.waitFor();
  await composer(page).fill("something else");
  await failed.getByRole("button", { name: "Edit" }).press("Enter");
  await failed.waitFor({ state: "detached" });
  await eventually(async () => expect(await composer(page).inputValue()).toBe("to be mended\n\nsomething else"));
  await eventually(async () =>
    expect(await composer(page).evaluate((box) => box === document.activeElement)).toBe(true),
  );
  await composer(page).fill("by mistake");
  await composer(page).press("Enter");
  const second = ownBubble(page, "by mistake", "not sent");
  await second.waitFor();
  await second.getByRole("button", { name: "Delete" }).click();
  await picture(page, "deleted-undo");
  await page.getByRole("button", { name: "Undo" }).click();
  await eventually(async () => expect(await composer(page).inputValue()).toBe("by mistake"));
  await composer(page).fill("");
});

it("the privacy settings stop receipts and markers, and the archive preference is read and set", async () => {
  const { page } = app;
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Privacy" }).click();
  for (const name of [/^Confirm that messages arrived/, /^Confirm that messages were read/]) {
    const confirms = page.getByRole("switch", { name });
    if (await confirms.isChecked()) await confirms.press("Space");
  }
  await expectAccessible(page, "privacy");
  await picture(page, "privacy");
  await page.getByRole("button", { name: alice }).first().click();
  const never = page.getByRole("radio", { name: "Nothing" });
  await never.waitFor();
  await never.check({ force: true });
  await page.getByText("Messages reach only the devices that are online").waitFor();
  await expectAccessible(page, "account with archive");
  await picture(page, "archive");
  await page.getByRole("radio", { name: "Everything" }).check({ force: true });
  await page.getByRole("button", { name: "Back" }).first().click();
  await chatLine(page, "Bob").click();
  await page.getByRole("button", { name: /^Jump to \d+ new messages?$/ }).click();
  await bob.send(message("no answer please", "quiet-1"));
  await bubble(page, "no answer please").waitFor();
  await bob.chat(alice, "after that");
  await bubble(page, "after that").waitFor();
  expect([said("received", "quiet-1"), said("displayed", "quiet-1")]).toEqual([false, false]);
});
