/** Reactions in the window; the others are independent clients. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../harness/app.ts";
import { picture, resize } from "../harness/browser.ts";
import { bubble, chatLine, composer, eventually, expectAccessible, jumpTo, signIn, write } from "../harness/window.ts";
import { befriend } from "../peers/befriend.ts";
import { OmemoPeer } from "../peers/omemo-peer.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const alice = "alice@localhost";
const bob = "bob@localhost";
const room = "market@conference.localhost";
const NS = "urn:xmpp:reactions:0";
const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let friend: Peer;

beforeAll(async () => {
  const { server, page } = app;
  await befriend(
    server,
    { jid: alice, password: "secret", name: "Alice" },
    { jid: bob, password: "hidden", name: "Bob" },
  );
  friend = await connectPeer({ server, jid: bob, password: "hidden", resource: "phone" });
  await friend.send(xml("presence"));
  await signIn(page, server, alice, "secret");
  await jumpTo(page, "Bob");
});
afterAll(() => friend?.stop());

const says = (to: string, id: string, body: string) =>
  friend.send(xml("message", { to, type: to === room ? "groupchat" : "chat", id }, xml("body", {}, body)));
const reacts = (to: string, target: string, ...emoji: string[]) =>
  friend.send(
    xml(
      "message",
      { to, type: to === room ? "groupchat" : "chat", id: crypto.randomUUID() },
      xml("reactions", { xmlns: NS, id: target }, ...emoji.map((one) => xml("reaction", {}, one))),
    ),
  );
const given = (stanza: Element): string | undefined =>
  stanza
    .getChild("reactions", NS)
    ?.getChildren("reaction")
    .map((one) => one.getText())
    .join();
const button = (text: string, name: string | RegExp) => bubble(app.page, text).getByRole("button", { name });

it("reactions: two clicks add one of six, the contact receives it, and the contact's reactions show beside it", async () => {
  const { page } = app;
  await says(alice, "b1", "Shall we meet at five?");
  await bubble(page, "at five?").hover();
  await button("at five?", /^React to the message of/).click();
  const bar = page.getByRole("toolbar", { name: "Add a reaction" });
  await bar.waitFor();
  await expectAccessible(page, "choosing a reaction");
  await picture(page, "react-choose");
  await bar.getByRole("button", { name: "React with 👍" }).click();
  await bar.waitFor({ state: "detached" });
  const sent = await friend.waitForMessage((stanza) => given(stanza) === "👍");
  expect(sent.getChild("reactions", NS)?.attrs["id"]).toBe("b1");
  await reacts(alice, "b1", "👍", "🎉");
  await button("at five?", "👍, 2 people, you too").waitFor();
  await button("at five?", "🎉, 1 person").hover();
  await page.getByRole("tooltip", { name: "Bob" }).waitFor();
  await expectAccessible(page, "reactions");
  await picture(page, "reactions-light");
  // A click adds our reaction, another removes it.
  await button("at five?", "🎉, 1 person").click();
  await friend.waitForMessage((stanza) => given(stanza) === "👍,🎉");
  await button("at five?", "🎉, 2 people, you too").click();
  await button("at five?", "🎉, 1 person").waitFor();
  await expect.poll(() => friend.stanzas.filter((stanza) => given(stanza) === "👍").length).toBe(2);
});

it("reactions: the keyboard alone adds any emoji to any message", async () => {
  const { page } = app;
  await write(page, "I bring the cake");
  const cake = await friend.waitForMessage((stanza) => stanza.getChildText("body") === "I bring the cake");
  await button("the cake", /^React to the message of/).waitFor();
  await composer(page).focus();
  const isOn = (text: string) =>
    button(text, /^React to the message of/).evaluate((element) => element === document.activeElement);
  // Tab reaches the message last under the pointer; arrows move on.
  for (let step = 0; step < 12 && !(await isOn("at five?")); step++) await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("ArrowDown");
  expect(await isOn("the cake")).toBe(true);
  await page.keyboard.press("Enter");
  const bar = page.getByRole("toolbar", { name: "Add a reaction" });
  await bar.waitFor();
  for (let step = 0; step < 6; step++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  const search = page.getByRole("searchbox", { name: "Search emoji" });
  await search.fill("birthday cake");
  await page.getByText("Birthday cake").first().waitFor();
  await picture(page, "react-picker");
  await page.keyboard.press("Enter");
  await button("the cake", "🎂, you").waitFor();
  const sent = await friend.waitForMessage((stanza) => given(stanza) === "🎂");
  expect(sent.getChild("reactions", NS)?.attrs["id"]).toBe(cake.attrs["id"]);
  await page.emulateMedia({ colorScheme: "dark" });
  await button("the cake", "🎂, you").hover();
  await expectAccessible(page, "reactions, dark");
  await picture(page, "reactions-dark");
  await page.emulateMedia({ colorScheme: "light" });
});

it("reactions: a refused reaction disappears, with the reason", async () => {
  const { page } = app;
  await bubble(page, "at five?").hover();
  await button("at five?", /^React to the message of/).click();
  await page.getByRole("button", { name: "React with 😢" }).click();
  const refused = await friend.waitForMessage((stanza) => given(stanza) === "👍,😢");
  const stanzas = "urn:ietf:params:xml:ns:xmpp-stanzas";
  await friend.send(
    xml(
      "message",
      { to: String(refused.attrs["from"]), type: "error", id: String(refused.attrs["id"]) },
      xml(
        "error",
        { type: "modify" },
        xml("not-acceptable", { xmlns: stanzas }),
        xml("text", { xmlns: stanzas }, "One reaction each, please"),
      ),
    ),
  );
  await bubble(page, "at five?")
    .getByText(/Your reaction did not arrive.*One reaction each, please/)
    .waitFor();
  await expect.poll(() => button("at five?", /😢/).count()).toBe(0);
  await expectAccessible(page, "a refused reaction");
  await picture(page, "reaction-refused");
});

it("reactions: a group chat names everybody who reacted, in any width, and reactions cause no unread count", async () => {
  const { page } = app;
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Jump to a chat or contact" }).fill("New group chat");
  await page.getByRole("option", { name: "New group chat" }).click();
  const making = page.getByRole("dialog", { name: "New group chat" });
  await making.getByRole("textbox", { name: "Name", exact: true }).fill("Market");
  await making.getByRole("radio", { name: /channel/i }).check({ force: true });
  await making.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { name: "Market" }).waitFor();
  await eventually(async () => {
    await friend.send(
      xml(
        "presence",
        { to: `${room}/Bob` },
        xml("x", { xmlns: "http://jabber.org/protocol/muc" }, xml("history", { maxstanzas: "0" })),
      ),
    );
    await friend.waitFor(
      (stanza) =>
        stanza.is("presence") && stanza.attrs["from"] === `${room}/Bob` && stanza.toString().includes('code="110"'),
    );
  });
  if ((await page.getByRole("dialog").count()) > 0) await page.keyboard.press("Escape");
  await says(room, "m1", "Who comes to the market on Saturday, and who brings a bag?");
  await bubble(page, "to the market").waitFor();
  const seen = await friend.waitForMessage(
    (stanza) => stanza.attrs["type"] === "groupchat" && stanza.getChildText("body")?.includes("market") === true,
  );
  await jumpTo(page, "Bob");
  await reacts(
    room,
    String(seen.getChild("stanza-id", "urn:xmpp:sid:0")?.attrs["id"]),
    "👍",
    "🎉",
    "😂",
    "😮",
    "🙏",
    "❤️",
    "🥕",
    "🍅",
    "🧀",
    "🍎",
  );
  await says(alice, "b9", "done");
  await bubble(page, "done").waitFor();
  expect(
    await chatLine(page, "Market")
      .getByText(/unread/)
      .count(),
  ).toBe(0);
  await jumpTo(page, "Market");
  await button("to the market", "🥕, 1 person").click();
  await button("to the market", "🥕, 2 people, you too").waitFor();
  await page.mouse.move(600, 1);
  await button("to the market", "🥕, 2 people, you too").hover();
  await page
    .getByRole("tooltip")
    .getByText(/^You and .*Bob/)
    .waitFor();
  await picture(page, "reactions-room");
  await resize(page, { width: 400, height: 760 });
  await button("to the market", /^🥕/).waitFor();
  await expectAccessible(page, "reactions, narrow");
  await picture(page, "reactions-narrow");
  await resize(page, { width: 1280, height: 800 });
});

it("reactions: an encrypted chat explains why there are none, in German, dark, narrow", async () => {
  await app.quit();
  const device = await OmemoPeer.connect({ server: app.server, jid: bob, password: "hidden", resource: "tablet" });
  await device.publish();
  await app.start({ language: "de" });
  const { page } = app;
  await resize(page, { width: 390, height: 780 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.getByRole("button", { name: /^Bob, / }).click();
  await page.getByRole("button", { name: /^Verschlüsselung ist an/ }).waitFor();
  await button("at five?", "👍, 2 Personen, auch du").waitFor();
  // The refused reaction is in the archive as well.
  expect(await button("at five?", /😢/).count()).toBe(0);
  await bubble(page, "at five?").hover();
  await button("at five?", /^Auf die Nachricht von .*Bob.* reagieren$/).click();
  await page
    .getByRole("dialog", { name: "Reagieren" })
    .getByText(/^Reaktionen lassen sich nicht verschlüsseln\./)
    .waitFor();
  await expectAccessible(page, "no reactions in an encrypted chat, in German, dark, narrow");
  await picture(page, "react-encrypted-german");
  await page.keyboard.press("Escape");
  await button("at five?", "👍, 2 Personen, auch du").click();
  await page.getByText(/^Reaktionen lassen sich nicht verschlüsseln, deshalb/).waitFor();
  await picture(page, "react-encrypted-refused");
  await device.peer.stop();
});
