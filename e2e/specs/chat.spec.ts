/** A chat with a contact on another client, which survives restarts and crashes. */
import xml from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../harness/app.ts";
import { picture } from "../harness/browser.ts";
import {
  bubble,
  chatLine,
  chatList,
  composer,
  eventually,
  expectAccessible,
  ownBubble,
  signIn,
  write,
} from "../harness/window.ts";
import { befriend } from "../peers/befriend.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden", carol: "other" } });
let bob: Peer;
let carol: Peer;

beforeAll(async () => {
  const { server, page } = app;
  const alice = { jid: "alice@localhost", password: "secret", name: "Alice" };
  await befriend(server, alice, { jid: "bob@localhost", password: "hidden", name: "Bob Jay" });
  await befriend(server, alice, { jid: "carol@localhost", password: "other", name: "Carol" });
  bob = await connectPeer({ server, jid: "bob@localhost", password: "hidden", resource: "phone" });
  carol = await connectPeer({ server, jid: "carol@localhost", password: "other", resource: "tablet" });
  await carol.send(xml("presence"));
  await signIn(page, server, alice.jid, alice.password);
  // Waits until Alice is online for others: earlier messages are history on a new device and count as read.
  await carol.waitFor((stanza) => stanza.is("presence") && String(stanza.attrs["from"]).startsWith("alice@localhost/"));
});
afterAll(() => Promise.all([bob?.stop(), carol?.stop()]));

it("the chat list shows a new message with name, text and unread count", async () => {
  await bob.chat("alice@localhost", "Hello Alice");
  await chatList(app.page)
    .getByRole("button", { name: /^Bob Jay, Offline, 1 unread message, Hello Alice/ })
    .waitFor();
  await bob.chat("alice@localhost", "Are you there?");
  await chatList(app.page)
    .getByRole("button", { name: /^Bob Jay, .*2 unread messages, Are you there\?/ })
    .waitFor();
});

it("the chat list follows presence, and the best resource wins", async () => {
  const { page, server } = app;
  await bob.send(xml("presence", {}, xml("priority", {}, "1")));
  await chatList(page)
    .getByRole("button", { name: /^Bob Jay, Available,/ })
    .waitFor();
  await bob.send(
    xml("presence", {}, xml("show", {}, "dnd"), xml("status", {}, "in a meeting"), xml("priority", {}, "1")),
  );
  await chatList(page)
    .getByRole("button", { name: /^Bob Jay, Do not disturb,/ })
    .waitFor();
  const laptop = await connectPeer({ server, jid: "bob@localhost", password: "hidden", resource: "laptop" });
  await laptop.send(xml("presence", {}, xml("priority", {}, "9")));
  await chatList(page)
    .getByRole("button", { name: /^Bob Jay, Available,/ })
    .waitFor();
  await laptop.stop();
  await chatList(page)
    .getByRole("button", { name: /^Bob Jay, Do not disturb,/ })
    .waitFor();
});

it("opening a chat marks its messages as read and draws a line above the new ones", async () => {
  const { page } = app;
  await chatLine(page, "Bob Jay").click();
  await bubble(page, "Hello Alice").waitFor();
  await page.getByRole("heading", { name: "New messages" }).waitFor();
  await page.getByRole("heading", { name: "Today" }).waitFor();
  await page.getByText("in a meeting").waitFor();
  await chatList(page)
    .getByRole("button", { name: /^Bob Jay, Do not disturb, Are you there\?/ })
    .waitFor();
});

it("the composer sends several lines, and the message shows when the server has it", async () => {
  const { page } = app;
  await composer(page).pressSequentially("Yes, I am ");
  await composer(page).press("Shift+Enter");
  await composer(page).pressSequentially("here 🐦");
  await composer(page).press("Enter");
  await ownBubble(page, "here 🐦", "(?:sent|delivered|read)").waitFor();
  const got = await bob.waitForMessage((stanza) => stanza.getChildText("body")?.includes("here") === true);
  expect(got.getChildText("body")).toBe("Yes, I am \nhere 🐦");
  expect(await composer(page).inputValue()).toBe("");
});

it("a message in the open chat appears and is read at once", async () => {
  const { page } = app;
  await bob.chat("alice@localhost", "Good to hear. Look: https://example.org/a?b=1");
  await bubble(page, "Good to hear").waitFor();
  await chatList(page)
    .getByRole("button", { name: /^Bob Jay, Do not disturb, Good to hear/ })
    .waitFor();
});

it("a message in a chat that is not open stays unread", async () => {
  const { page } = app;
  await carol.chat("alice@localhost", "Lunch?");
  await chatList(page)
    .getByRole("button", { name: /^Carol, .*1 unread message, Lunch\?/ })
    .waitFor();
  await picture(page, "chat");
  await expectAccessible(page, "chat");
});

/** Number of drafts that the window has stored. */
const keptDrafts = (): Promise<number> =>
  app.page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open("jackdaw");
        opening.onerror = () => reject(opening.error as Error);
        opening.onsuccess = () => {
          const counting = opening.result.transaction("drafts").objectStore("drafts").count();
          counting.onerror = () => reject(counting.error as Error);
          counting.onsuccess = () => resolve(counting.result);
          opening.result.close();
        };
      }),
  );

it("a restart preserves the account, chats, messages, unread counts and the draft", async () => {
  const { page } = app;
  await chatLine(page, "Bob Jay").click();
  await composer(page).fill("not finished yet");
  await chatList(page)
    .getByRole("button", { name: /^Carol/ })
    .click();
  await bubble(page, "Lunch?").waitFor();
  await chatList(page).getByText("not finished yet", { exact: true }).waitFor();
  await bob.chat("alice@localhost", "One more");
  await chatList(page)
    .getByRole("button", { name: /^Bob Jay, .*1 unread message/ })
    .waitFor();
  await eventually(async () => expect(await keptDrafts()).toBe(1));
  await app.quit();
  await app.start();
  await chatList(page)
    .getByRole("button", { name: /^Bob Jay, .*1 unread message/ })
    .waitFor();
  await chatLine(page, "Bob Jay").click();
  await ownBubble(page, "here 🐦", "(?:sent|delivered|read)").waitFor();
  await bubble(page, "Hello Alice").waitFor();
  await bubble(page, "One more").waitFor();
  await eventually(async () => expect(await composer(page).inputValue()).toBe("not finished yet"));
  await write(page, "finished");
  await bob.waitForMessage((stanza) => stanza.getChildText("body") === "finished");
});

it("a killed host loses no message and doubles none", async () => {
  const { page } = app;
  await write(page, "before the crash");
  await ownBubble(page, "before the crash", "sent").waitFor();
  await bob.chat("alice@localhost", "seen before the crash");
  await bubble(page, "seen before the crash").waitFor();
  await app.crash();
  await bob.chat("alice@localhost", "while it was down");
  // The open window has a session that the new process does not know; it navigates to the new address.
  await app.start();
  await chatLine(page, "Bob Jay").click();
  app.forgiveFaults();
  await bubble(page, "while it was down").waitFor();
  for (const text of ["seen before the crash", "while it was down", "before the crash"]) {
    expect(
      await page
        .getByRole("article")
        .filter({ has: page.getByText(text, { exact: true }) })
        .count(),
      text,
    ).toBe(1);
  }
  expect(bob.stanzas.filter((stanza) => stanza.getChildText("body") === "before the crash")).toHaveLength(1);
});
