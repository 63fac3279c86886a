/**
 * `xmpp:` URIs: each way in asks for confirmation, and nothing happens before the answer. Attack classes "xmpp: URIs"
 * and "openExternal".
 */
import type { Element } from "@xmpp/xml";
import xml from "@xmpp/xml";
import type { Locator, Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../harness/app.ts";
import { openPage, picture, takeFaults } from "../harness/browser.ts";
import { watchOpenedLinks } from "../harness/opened-links.ts";
import {
  chatList,
  composer,
  eventually,
  expectAccessible,
  jumpTo,
  ownBubble,
  signIn,
  write,
} from "../harness/window.ts";
import { announce, befriend } from "../peers/befriend.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const links = watchOpenedLinks();
const app = useApp({ accounts: { alice: "secret", bob: "hidden", carol: "other" } }, { path: links.folder });
let bob: Peer;
let carol: Peer;

beforeAll(async () => {
  const { server, page } = app;
  await befriend(
    server,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { jid: "bob@localhost", password: "hidden", name: "Bob" },
  );
  bob = await connectPeer({ server, jid: "bob@localhost", password: "hidden", resource: "phone" });
  carol = await connectPeer({ server, jid: "carol@localhost", password: "other", resource: "phone" });
  await announce(carol);
  await signIn(page, server, "alice@localhost", "secret");
});
afterAll(async () => {
  await bob?.stop();
  await carol?.stop();
  links.remove();
});

const question = (name: string, page: Page = app.page): Locator => page.getByRole("alertdialog", { name, exact: true });
const explanation = (name: string, page: Page = app.page): Locator => page.getByRole("dialog", { name, exact: true });
const focused = (page: Page = app.page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.textContent ?? null);
const presences = (type: string): Element[] =>
  carol.stanzas.filter((stanza) => stanza.is("presence") && stanza.attrs["type"] === type);
const presence = (type: string) => carol.waitFor((stanza) => stanza.is("presence") && stanza.attrs["type"] === type);

/** Pastes the URI into the switcher (Ctrl+K) and picks the offered option. */
async function paste(uri: string): Promise<void> {
  const { page } = app;
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Jump to a chat or contact" });
  await field.fill(uri);
  await page.getByRole("option", { name: /^Open the link xmpp:/ }).waitFor();
  await field.press("Enter");
}

it("xmpp: URIs: clicking one in a message asks; Escape changes nothing, and confirming fills the composer without sending", async () => {
  const { page } = app;
  await jumpTo(page, "Bob");
  await bob.chat("alice@localhost", "tell her: xmpp:carol@localhost?message;body=Shall%20we%20meet%0Aat%2010%2525%3F");
  const link = page.getByRole("log").getByRole("link", { name: /^xmpp:carol/ });
  await link.click();
  const asked = question("Write to carol@localhost?");
  await asked.getByText("Shall we meet\nat 10%25?").waitFor();
  await asked.getByText("alice@localhost").waitFor();
  await eventually(async () => expect(await focused()).toBe("Cancel"));
  await expectAccessible(page, "question about a link");
  await picture(page, "uri-message");
  await page.keyboard.press("Escape");
  await asked.waitFor({ state: "detached" });
  await page.getByRole("textbox", { name: "Message to Bob" }).waitFor();

  await link.click();
  await asked.getByRole("button", { name: "Put it into the box" }).click();
  await page.getByRole("textbox", { name: "Message to carol@localhost" }).waitFor();
  expect(await composer(page).inputValue()).toBe("Shall we meet\nat 10%25?");
  await composer(page).press("Control+a");
  await write(page, "sent by hand");
  await ownBubble(page, "sent by hand", "sent").waitFor();
  await carol.waitForMessage((message) => message.getChildText("body") === "sent by hand");
  expect(carol.stanzas.filter((stanza) => stanza.is("message") && stanza.getChild("body") !== undefined)).toHaveLength(
    1,
  );
  expect(links.all()).toEqual([]);
});

it("xmpp: URIs: pasting one into Ctrl+K adds a contact after confirmation", async () => {
  const { page } = app;
  await paste("  xmpp:carol@localhost?roster;name=Carol%20C;group=Friends;group=Verona;preauth=TOKEN;ibr=y");
  const asked = question("Add carol@localhost to your contacts?");
  for (const text of ["carol@localhost", "Carol C", "Friends, Verona", "alice@localhost"])
    await asked.getByText(text, { exact: true }).waitFor();
  await eventually(async () => expect(await focused()).toBe("Cancel"));
  await expectAccessible(page, "question about a contact");
  await picture(page, "uri-roster");
  expect(presences("subscribe")).toEqual([]);
  await asked.getByRole("button", { name: "Add", exact: true }).click();
  await asked.waitFor({ state: "detached" });
  expect((await presence("subscribe")).getChild("preauth", "urn:xmpp:pars:0")?.attrs["token"]).toBe("TOKEN");
  await carol.send(xml("presence", { to: "alice@localhost", type: "subscribed" }));
  await carol.send(xml("presence"));
  await page.getByRole("textbox", { name: "Message to Carol C" }).waitFor();
});

it("xmpp: URIs: the command line passes one to the running program, whose new window asks", async () => {
  const address = await app.host.anotherAddress("xmpp:carol@localhost?unsubscribe");
  const page = await openPage(app.browser, address);
  const asked = question("No longer see the status of Carol C?", page);
  await asked.waitFor();
  expect(page.url()).toBe(`${app.host.origin}/`);
  await eventually(async () => expect(await focused(page)).toBe("Cancel"));
  expect(presences("unsubscribe")).toEqual([]);
  await asked.getByRole("button", { name: "No longer see it" }).click();
  await presence("unsubscribe");
  expect(takeFaults(page)).toEqual([]);
  await page.context().close();
  // The existing window does not ask.
  expect(await app.page.getByRole("alertdialog").count()).toBe(0);
});

it("xmpp: URIs: other sites cannot trigger a question, since an address without a valid token carries no URI", async () => {
  const { page, host } = app;
  await page.goto(`${host.origin}/#token=guessed&uri=${encodeURIComponent("xmpp:carol@localhost?remove")}`);
  await page.waitForFunction(() => location.hash === "");
  await chatList(page).waitFor();
  // A second question does not replace an open one: had the window asked, this one would not appear.
  await paste("xmpp:carol@localhost");
  await question("Open the chat with Carol C?").waitFor();
  await page.keyboard.press("Escape");
  // Chromium itself reports the refused token.
  app.forgiveFaults();
});

it("xmpp: URIs: an unknown or unreadable one is explained, with its address to copy", async () => {
  const { page } = app;
  const cases = [
    ["xmpp:localhost?command;node=x;action=next", "This link asks for something unknown"],
    ["xmpp:carol@localhost?selfdestruct", "This link asks for something unknown"],
    ["xmpp://alice@localhost/carol@localhost?remove", "This link cannot be read"],
  ] as const;
  for (const [uri, title] of cases) {
    await paste(uri);
    const said = explanation(title);
    await said.waitFor();
    await eventually(async () => expect(await focused()).toBe("Close"));
    if (uri.includes("?command")) {
      await expectAccessible(page, "explanation of a link");
      await picture(page, "uri-unknown");
      await said.getByRole("button", { name: "Copy address" }).waitFor();
    }
    await page.keyboard.press("Enter");
    await said.waitFor({ state: "detached" });
  }
});

it("xmpp: URIs: the question is accessible in the dark and in German", async () => {
  const { page } = app;
  await paste("xmpp:carol@localhost?remove");
  await question("Remove Carol C?").waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "question in the dark");
  await picture(page, "uri-dark");
  await page.keyboard.press("Escape");
  await question("Remove Carol C?").waitFor({ state: "detached" });
  await page.emulateMedia({ colorScheme: "light" });
  await app.quit();
  await app.start({ language: "de_DE.UTF-8" });
  await page.getByRole("navigation", { name: "Chats" }).waitFor();
  await page.keyboard.press("Control+k");
  const key = "0123456789abcdef".repeat(4);
  await page.getByRole("combobox").fill(`xmpp:bob@localhost?omemo-sid-7=${key};omemo-sid-12345=${key}`);
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  const asked = question("Die Geräte von Bob prüfen?");
  await asked.waitFor();
  await expectAccessible(page, "question in German");
  await picture(page, "uri-omemo-de");
  await asked.getByRole("button", { name: "Prüfen" }).click();
  await asked.waitFor({ state: "detached" });
  await explanation("Die Geräte von Bob prüfen?").getByRole("button", { name: "Schließen" }).last().click();
});
