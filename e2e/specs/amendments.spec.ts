/** Correcting, retracting and moderating messages in the window; the others are independent clients. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../harness/app.ts";
import { picture, resize } from "../harness/browser.ts";
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

const alice = "alice@localhost";
const bob = "bob@localhost";
const app = useApp({ accounts: { alice: "secret", bob: "hidden" }, roomModules: ["muc_moderation"] });
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

const replaced = (stanza: Element): string | undefined =>
  stanza.getChild("replace", "urn:xmpp:message-correct:0")?.attrs["id"] as string | undefined;
const says = (text: string) => (stanza: Element) => stanza.getChildText("body") === text;
const menuItem = (name: string) => app.page.getByRole("menuitem", { name });

it("message correction: ArrowUp edits the last message, and Escape restores the message and the draft", async () => {
  const { page } = app;
  await write(page, "see you at fiev");
  const first = await friend.waitForMessage(says("see you at fiev"));
  await ownBubble(page, "see you at fiev", "(sent|delivered)").waitFor();
  await composer(page).press("ArrowUp");
  await page.getByText("Editing your message").waitFor();
  expect(await composer(page).inputValue()).toBe("see you at fiev");
  await expectAccessible(page, "editing");
  await picture(page, "edit-light");
  await composer(page).press("Escape");
  await page.getByText("Editing your message").waitFor({ state: "detached" });
  expect(await composer(page).inputValue()).toBe("");

  await composer(page).press("ArrowUp");
  await composer(page).fill("see you at five");
  await composer(page).press("Enter");
  await page
    .getByRole("article", { name: /^You, .*, edited, sent/ })
    .filter({ hasText: "see you at five" })
    .waitFor();
  const correction = await friend.waitForMessage(says("see you at five"));
  expect(replaced(correction)).toBe(first.attrs["id"]);
  expect(await composer(page).inputValue()).toBe("");
});

it("message correction: the window shows a contact's correction in place and lists the earlier versions", async () => {
  const { page } = app;
  await friend.send(xml("message", { to: alice, type: "chat", id: "b1" }, xml("body", {}, "five it si")));
  await bubble(page, "five it si").waitFor();
  await friend.send(
    xml(
      "message",
      { to: alice, type: "chat", id: "b2" },
      xml("body", {}, "five it is"),
      xml("replace", { xmlns: "urn:xmpp:message-correct:0", id: "b1" }),
    ),
  );
  await page
    .getByRole("article", { name: /^Bob, .*, edited$/ })
    .filter({ hasText: "five it is" })
    .waitFor();
  await bubble(page, "five it is").click({ button: "right" });
  await menuItem("Earlier versions").click();
  const dialog = page.getByRole("dialog", { name: "Versions of this message" });
  await dialog.getByText("five it si").waitFor();
  await expectAccessible(page, "versions");
  await picture(page, "versions");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

it("message retraction: the keyboard alone deletes a message for everybody, after a confirmation", async () => {
  const { page } = app;
  await write(page, "wrong window");
  const sent = await friend.waitForMessage(says("wrong window"));
  await ownBubble(page, "wrong window", "(sent|delivered)").waitFor();
  const button = bubble(page, "wrong window").getByRole("button", { name: /^Actions for the message of/ });
  await composer(page).focus();
  for (let step = 0; step < 12 && !(await button.evaluate((element) => element === document.activeElement)); step++)
    await page.keyboard.press("Shift+Tab");
  // The arrow keys move to other messages and back.
  await page.keyboard.press("ArrowUp");
  expect(
    await bubble(page, "five it is")
      .getByRole("button", { name: /^Actions/ })
      .evaluate((element) => element === document.activeElement),
  ).toBe(true);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await menuItem("Edit").waitFor();
  await picture(page, "message-menu");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("alertdialog", { name: "Delete this message for everybody?" });
  await dialog.waitFor();
  await expectAccessible(page, "deleting");
  await picture(page, "retract-question");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await bubble(page, "You deleted this message. Some apps may still show it.").waitFor();
  // That it was read stays visible: the disc of the mark stands out from the bubble, which has no colour.
  await friend.send(
    xml(
      "message",
      { to: alice, type: "chat" },
      xml("displayed", { xmlns: "urn:xmpp:chat-markers:0", id: sent.attrs["id"] as string }),
    ),
  );
  const mark = bubble(page, "You deleted this message").locator("[data-delivery=read]").last();
  await mark.waitFor();
  const [disc, tick, surface] = await mark.evaluate((icon) => [
    getComputedStyle(icon).backgroundColor,
    getComputedStyle(icon).color,
    getComputedStyle(document.body).backgroundColor,
  ]);
  expect(new Set([disc, tick]).size).toBe(2);
  expect(disc).not.toBe(surface);
  expect(disc).not.toBe("rgb(255, 255, 255)");
  await expect.poll(() => bubble(page, "wrong window").count()).toBe(0);
  const retraction = await friend.waitForMessage(
    (stanza) => stanza.getChild("retract", "urn:xmpp:message-retract:1") !== undefined,
  );
  expect(retraction.getChild("retract", "urn:xmpp:message-retract:1")?.attrs["id"]).toBe(sent.attrs["id"]);
  await friend.send(xml("message", { to: alice, type: "chat", id: "b3" }, xml("body", {}, "never mind")));
  await bubble(page, "never mind").waitFor();
  await friend.send(
    xml(
      "message",
      { to: alice, type: "chat", id: "b4" },
      xml("retract", { xmlns: "urn:xmpp:message-retract:1", id: "b3" }),
    ),
  );
  await bubble(page, "This message was deleted").waitFor();
  await chatLine(page, "Bob").getByText("This message was deleted").first().waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "deleted messages, dark");
  await picture(page, "gone-dark");
  await page.emulateMedia({ colorScheme: "light" });
});

it("message moderation: a moderator removes a message with a reason, and the window shows both", async () => {
  const { page } = app;
  const room = "market@conference.localhost";
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
  await friend.send(xml("message", { to: room, type: "groupchat", id: "m1" }, xml("body", {}, "buy my magic potion")));
  await bubble(page, "buy my magic potion").click({ button: "right" });
  await menuItem("Remove message…").click();
  const dialog = page.getByRole("alertdialog", { name: /^Remove this message of/ });
  await dialog.getByRole("textbox", { name: /Reason/ }).fill("no adverts");
  await expectAccessible(page, "removing a message");
  await picture(page, "moderate-question");
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await bubble(page, "no adverts").waitFor();
  expect(await bubble(page, "no adverts").innerText()).toMatch(/Removed by .*Reason: no adverts/s);
  await resize(page, { width: 400, height: 760 });
  await expectAccessible(page, "a removed message, narrow");
  await picture(page, "moderated-narrow");
});
