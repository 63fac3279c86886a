/** Group chats in the window: creating, using, joining by a link. The others are independent clients. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { picture } from "../../harness/browser.ts";
import {
  bubble,
  chatLine,
  composer,
  eventually,
  expectAccessible,
  joinRoom,
  ownBubble,
  signIn,
  write,
} from "../../harness/window.ts";
import { befriend } from "../../peers/befriend.ts";
import { connectPeer, type Peer } from "../../peers/peer.ts";

const MUC = "http://jabber.org/protocol/muc";
const alice = "alice@localhost";
const bob = "bob@localhost";
const app = useApp({ accounts: { alice: "secret", bob: "hidden", carol: "other" } });
let friend: Peer;
let stranger: Peer;

beforeAll(async () => {
  const { server, page } = app;
  await befriend(
    server,
    { jid: alice, password: "secret", name: "Alice" },
    { jid: bob, password: "hidden", name: "Bob Jay" },
  );
  friend = await connectPeer({ server, jid: bob, password: "hidden", resource: "phone" });
  stranger = await connectPeer({ server, jid: "carol@localhost", password: "other", resource: "x" });
  for (const peer of [friend, stranger]) await peer.send(xml("presence"));
  await signIn(page, server, alice, "secret");
});
afterAll(() => Promise.all([friend?.stop(), stranger?.stop()]));

const room = "tea-time@conference.localhost";
const enter = (peer: Peer, to: string, nickname: string): Promise<void> =>
  peer.send(
    xml("presence", { to: `${to}/${nickname}` }, xml("x", { xmlns: MUC }, xml("history", { maxstanzas: "0" }))),
  );
const isIn = (to: string) => (stanza: Element) =>
  stanza.is("presence") && String(stanza.attrs["from"]).startsWith(to) && stanza.toString().includes('code="110"');
const says = (text: string) => (stanza: Element) =>
  stanza.attrs["type"] === "groupchat" && stanza.getChildText("body") === text;
const groupchat = (to: string, text: string): Element =>
  xml("message", { to, type: "groupchat", id: crypto.randomUUID() }, xml("body", {}, text));

/** Picks an action by its name in the switcher (Ctrl+K). */
async function act(name: string): Promise<void> {
  const { page } = app;
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Jump to a chat or contact" }).fill(name);
  await page.getByRole("option", { name }).click();
}

it("a private group is created, a contact is invited, and both talk", async () => {
  const { page } = app;
  await act("New group chat");
  const dialog = page.getByRole("dialog", { name: "New group chat" });
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Tea time");
  await expectAccessible(page, "making a group chat");
  await picture(page, "room-create");
  await dialog.getByRole("button", { name: "Create" }).click();
  const inviting = page.getByRole("dialog", { name: /^Invite to/ });
  await inviting.waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Tea time" }).waitFor();
  await write(page, "first!");
  await ownBubble(page, "first!", "delivered").waitFor();

  // Members only: others cannot join.
  await enter(friend, room, "Bob");
  await friend.waitFor(
    (stanza) =>
      stanza.is("presence") && stanza.attrs["type"] === "error" && stanza.toString().includes("registration-required"),
  );
  await page.getByRole("button", { name: "People and details" }).click();
  await page.getByRole("button", { name: "Invite somebody" }).first().click();
  await inviting.waitFor();
  await inviting
    .getByRole("combobox")
    .or(inviting.getByRole("searchbox"))
    .or(inviting.getByRole("textbox"))
    .first()
    .fill("Bob");
  await inviting
    .getByRole("option", { name: /Bob Jay/ })
    .or(inviting.getByRole("button", { name: /Bob Jay/ }))
    .or(inviting.getByRole("checkbox", { name: /Bob Jay/ }))
    .first()
    .click();
  await inviting.getByRole("button", { name: "Invite", exact: true }).click();
  await friend.waitFor((stanza) => stanza.is("message") && stanza.toString().includes("jabber:x:conference"));
  await enter(friend, room, "Bob");
  await friend.waitFor(isIn(room));
  await friend.send(groupchat(room, "Hello, alice! Tea?"));
  await bubble(page, "Hello, alice! Tea?").waitFor();
  await write(page, "@Bob yes");
  await friend.waitFor(says("@Bob yes"));
  await expectAccessible(page, "a group chat");
  await picture(page, "room");
});

it("a group chat is accessible in the dark", async () => {
  const { page } = app;
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "a group chat in the dark");
  await picture(page, "room-dark");
  await page.emulateMedia({ colorScheme: "light" });
});

it("a group chat shows the number of occupants as they come and go", async () => {
  const { page } = app;
  await friend.send(xml("message", { to: room, type: "groupchat" }, xml("subject", {}, "Green or black")));
  await friend.send(xml("presence", { to: `${room}/Bob`, type: "unavailable" }));
  await eventually(async () => expect(await page.getByText("1 person").count()).toBeGreaterThan(0));
  await enter(friend, room, "Bobby");
  await eventually(async () => expect(await page.getByText("2 people").count()).toBeGreaterThan(0));
});

it("a link to a channel asks first, and joins under another nickname after a conflict", async () => {
  const { page } = app;
  const channel = "open@conference.localhost";
  await enter(stranger, channel, "Carol");
  await stranger.waitFor(isIn(channel));
  await stranger.request(
    xml(
      "iq",
      { type: "set", to: channel, id: "instant" },
      xml("query", { xmlns: `${MUC}#owner` }, xml("x", { xmlns: "jabber:x:data", type: "submit" })),
    ),
  );
  await joinRoom(page, channel, "Carol");
  await page.getByText("Somebody else has your nickname there.").first().waitFor();
  await picture(page, "room-conflict");
  await page.getByRole("button", { name: "Choose another nickname" }).click();
  const naming = page.getByRole("dialog").last();
  await naming.getByRole("textbox").first().fill("Al");
  await page.keyboard.press("Enter");
  await write(page, "good morning");
  await stranger.waitFor(says("good morning"));
  await stranger.send(groupchat(channel, "morning, Al"));
  await bubble(page, "morning, Al").waitFor();
});

it("a group chat is rejoined after a restart, with the messages sent in between", async () => {
  await app.quit();
  await friend.send(groupchat(room, "while you were away"));
  await friend.waitFor(says("while you were away"));
  await app.start();
  const { page } = app;
  await chatLine(page, "Tea time").click();
  await bubble(page, "while you were away").waitFor();
  await composer(page).waitFor();
});
