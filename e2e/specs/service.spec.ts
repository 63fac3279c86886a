/** `xmpp:` URIs for services: a confirmation first, then commands, discovery, nodes and vCards. */
import xml from "@xmpp/xml";
import type { Locator } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../harness/app.ts";
import { picture, resize } from "../harness/browser.ts";
import { eventually, expectAccessible, signIn } from "../harness/window.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const app = useApp({
  accounts: { alice: "secret", bob: "hidden" },
  with: ["adhoc", "admin_adhoc"],
  extraConfig: 'admins = { "alice@localhost" }',
});
let bob: Peer;
const ADD_USER = encodeURIComponent("http://jabber.org/protocol/admin#add-user");
const NEWS = "urn:example:news";

beforeAll(async () => {
  bob = await connectPeer({ server: app.server, jid: "bob@localhost", password: "hidden", resource: "phone" });
  const set = (content: ReturnType<typeof xml>) =>
    bob.request(xml("iq", { type: "set", id: crypto.randomUUID() }, content));
  await set(
    xml(
      "vCard",
      { xmlns: "vcard-temp" },
      xml("FN", {}, "Bob <b>Builder</b>"),
      xml("EMAIL", {}, xml("USERID", {}, "bob@example.org")),
      xml("DESC", {}, "Builds things.\nAll day long."),
    ),
  );
  const field = (name: string, value: string, attrs = {}) =>
    xml("field", { var: name, ...attrs }, xml("value", {}, value));
  const options = xml(
    "x",
    { xmlns: "jabber:x:data", type: "submit" },
    field("FORM_TYPE", "http://jabber.org/protocol/pubsub#publish-options", { type: "hidden" }),
    field("pubsub#access_model", "open"),
    field("pubsub#persist_items", "true"),
  );
  const entry = xml(
    "entry",
    { xmlns: "http://www.w3.org/2005/Atom" },
    xml("title", {}, "Soliloquy"),
    xml("summary", {}, "To be, or not to be: that is the question."),
  );
  await set(
    xml(
      "pubsub",
      { xmlns: "http://jabber.org/protocol/pubsub" },
      xml("publish", { node: NEWS }, xml("item", { id: "first" }, entry)),
      xml("publish-options", {}, options),
    ),
  );
  await signIn(app.page, app.server, "alice@localhost", "secret");
});
afterAll(() => bob?.stop());

const dialog = (name: string): Locator => app.page.getByRole("dialog", { name, exact: true });
const focused = (): Promise<string | null> => app.page.evaluate(() => document.activeElement?.textContent ?? null);

/** Pastes the URI into the switcher (Ctrl+K) and confirms the question. */
async function follow(uri: string, title: string, yes: string): Promise<void> {
  const { page } = app;
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill(uri);
  await page.getByRole("option").filter({ hasText: "xmpp:" }).first().waitFor();
  await page.keyboard.press("Enter");
  const asked = page.getByRole("alertdialog", { name: title, exact: true });
  await asked.waitFor();
  await expectAccessible(page, title);
  await asked.getByRole("button", { name: yes, exact: true }).click();
  await asked.waitFor({ state: "detached" });
}
async function gone(one: Locator): Promise<void> {
  await app.page.keyboard.press("Escape");
  await one.waitFor({ state: "detached" });
}

it("ad-hoc commands: a command runs by keyboard, its form is checked, and its result is shown", async () => {
  const { page } = app;
  await follow(`xmpp:localhost?command;node=${ADD_USER};action=execute`, "Run a command of localhost?", "Run");
  const form = dialog("Adding a User");
  await form.getByRole("textbox").first().waitFor();
  await eventually(async () => expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT"));
  await expectAccessible(page, "form of a command");
  await picture(page, "service-command");
  await page.keyboard.press("Enter");
  await eventually(async () => expect(await form.locator("[aria-invalid=true]").count()).toBeGreaterThan(0));
  await page.keyboard.type("dave@localhost");
  await page.keyboard.press("Tab");
  for (const label of await form.locator("input[type=password]").all()) await label.fill("swordfish");
  await form.locator("input[type=password]").last().press("Enter");
  await form.getByText("Account successfully created").waitFor();
  await eventually(async () => expect(await focused()).toBe("Close"));
  await expectAccessible(page, "answer of a command");
  await picture(page, "service-command-done");
  await gone(form);
  const dave = await connectPeer({ server: app.server, jid: "dave@localhost", password: "swordfish", resource: "new" });
  await dave.stop();
});

it("ad-hoc commands: without a node, the commands are listed for choice", async () => {
  const { page } = app;
  await follow("xmpp:localhost?command", "See the commands of localhost?", "Show commands");
  const list = dialog("Commands of localhost");
  await list.getByRole("button", { name: /^Get uptime/ }).waitFor();
  await expectAccessible(page, "commands of a service");
  await picture(page, "service-commands");
  await list.getByRole("button", { name: /^Get uptime/ }).click();
  const done = dialog("Get uptime");
  await done.getByText("This server has been running for", { exact: false }).waitFor();
  await done.getByRole("button", { name: "All commands" }).click();
  await list.getByRole("button", { name: /^Get uptime/ }).waitFor();
  await gone(list);
});

it("service discovery: an entity and its items can be browsed, and back", async () => {
  const { page } = app;
  await follow("xmpp:localhost?disco;type=get;request=items", "Look at what belongs to localhost?", "Look");
  const here = dialog("localhost");
  await here.getByRole("button", { name: /conference\.localhost/ }).waitFor();
  await expectAccessible(page, "contents of an address");
  await picture(page, "service-disco-items");
  await here.getByRole("button", { name: /conference\.localhost/ }).click();
  const room = dialog("conference.localhost");
  await room.getByText("conference / text").waitFor();
  await expectAccessible(page, "what an address is");
  await picture(page, "service-disco-info");
  await room.getByRole("button", { name: "Back" }).click();
  await here.getByText("server / im").waitFor();
  await gone(here);
});

it("pubsub: a node is read, subscribed to and unsubscribed from", async () => {
  const { page } = app;
  const node = encodeURIComponent(NEWS);
  await follow(`xmpp:bob@localhost?pubsub;node=${node}`, "Read what bob@localhost has published?", "Read");
  const items = dialog("Published by bob@localhost");
  await items.getByText("title: Soliloquy", { exact: false }).waitFor();
  await expectAccessible(page, "items of a node");
  await picture(page, "service-pubsub");
  await gone(items);
  await follow(
    `xmpp:bob@localhost?pubsub;action=subscribe;node=${node}`,
    "Subscribe to a node of bob@localhost?",
    "Subscribe",
  );
  await dialog("Subscription").getByText("Your account is subscribed.").waitFor();
  await picture(page, "service-subscribed");
  await gone(dialog("Subscription"));
  await follow(
    `xmpp:bob@localhost?pubsub;action=unsubscribe;node=${node}`,
    "Unsubscribe from a node of bob@localhost?",
    "Unsubscribe",
  );
  await dialog("Subscription").getByText("Your account is not subscribed.").waitFor();
  await gone(dialog("Subscription"));
});

it("a vCard is shown as text, and a refusal is explained; also in German, dark, in a narrow window", async () => {
  const { page } = app;
  await follow("xmpp:bob@localhost?vcard", "See the card of bob@localhost?", "Show card");
  await dialog("Card of bob@localhost").getByText("Bob <b>Builder</b>").waitFor();
  await expectAccessible(page, "a card");
  await picture(page, "service-vcard");
  await gone(dialog("Card of bob@localhost"));
  await app.quit();
  await app.start({ language: "de_DE.UTF-8" });
  await page.getByRole("navigation", { name: "Chats" }).waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  await resize(page, { width: 400, height: 720 });
  await follow("xmpp:bob@localhost?vcard", "Die Visitenkarte von bob@localhost ansehen?", "Karte zeigen");
  await dialog("Visitenkarte von bob@localhost").getByText("Bob <b>Builder</b>").waitFor();
  await expectAccessible(page, "a card in German");
  await picture(page, "service-vcard-de");
  await gone(dialog("Visitenkarte von bob@localhost"));
  await follow(`xmpp:localhost?command;node=${ADD_USER}`, "Einen Befehl von localhost ausführen?", "Ausführen");
  await dialog("Adding a User").getByRole("textbox").first().waitFor();
  await expectAccessible(page, "a command in German");
  await picture(page, "service-command-de");
  await page.getByRole("button", { name: "Abbrechen" }).click();
  await follow("xmpp:localhost?disco", "Ansehen, was localhost ist und kann?", "Ansehen");
  await dialog("localhost").getByText("server / im").waitFor();
  await expectAccessible(page, "what an address is in German");
  await picture(page, "service-disco-de");
  await gone(dialog("localhost"));
  await follow("xmpp:bob@localhost?pubsub;node=none", "Lesen, was bob@localhost veröffentlicht hat?", "Lesen");
  await page
    .getByRole("alert")
    .getByText(/gibt es dort nicht|darf das dort nicht/)
    .waitFor();
  await expectAccessible(page, "a refusal in German");
  await picture(page, "service-refused-de");
  await gone(page.getByRole("dialog"));
});
