/**
 * Registration in the window, with a contact's invitation and without; then invitations to others. The others are stock
 * clients.
 */
import xml from "@xmpp/xml";
import type { Locator, Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { openPage, picture, resize, takeFaults } from "../../harness/browser.ts";
import { chatLine, chatList, composer, eventually, expectAccessible } from "../../harness/window.ts";
import { announce } from "../../peers/befriend.ts";
import { connectPeer, type Peer } from "../../peers/peer.ts";

const app = useApp({
  accounts: { romeo: "hidden", carol: "other" },
  with: ["adhoc", "register_ibr", "invites", "invites_register", "invites_adhoc"],
  extraConfig:
    'allow_registration = true; registration_invite_only = false; allow_user_invites = true; additional_registration_fields = { "email" }',
});
let romeo: Peer;
let carol: Peer;

beforeAll(async () => {
  const { server } = app;
  romeo = await connectPeer({ server, jid: "romeo@localhost", password: "hidden", resource: "phone" });
  carol = await connectPeer({ server, jid: "carol@localhost", password: "other", resource: "phone" });
  await announce(romeo);
  await announce(carol);
});
afterAll(() => Promise.all([romeo?.stop(), carol?.stop()]));

const making = (page: Page, name = "Create an account"): Locator => page.getByRole("dialog", { name });

/** The domain does not resolve, so the host is entered in the advanced section and the certificate is accepted. */
async function reachServer(page: Page): Promise<void> {
  const { server } = app;
  const dialog = making(page);
  await dialog.getByRole("alert").waitFor();
  await dialog.getByRole("button", { name: "Advanced" }).click();
  await dialog.getByLabel("Host", { exact: true }).fill("127.0.0.1");
  await dialog.getByLabel("Port", { exact: true }).fill(String(server.port));
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("button", { name: "Look at certificate" }).click();
  const question = page.getByRole("alertdialog", { name: "Do you trust this server?" });
  expect((await question.innerText()).replace(/[^0-9a-f]/gi, "").toLowerCase()).toContain(
    server.certificateFingerprint,
  );
  await question.getByRole("button", { name: "Trust this certificate for this account" }).click();
  await dialog.getByRole("textbox", { name: "Name", exact: true }).waitFor();
}

/** Creates an invitation like a stock client (XEP-0401). */
async function invitation(): Promise<string> {
  const command = xml("command", {
    xmlns: "http://jabber.org/protocol/commands",
    node: "urn:xmpp:invite#invite",
    action: "execute",
  });
  const answer = await romeo.request(xml("iq", { type: "set", to: "localhost", id: crypto.randomUUID() }, command));
  const fields = answer.getChild("command")!.getChild("x")!.getChildren("field");
  return fields.find((field) => field.attrs["var"] === "uri")!.getChildText("value")!;
}

it("registration: an invitation creates an account after a confirmation and adds the inviter as a contact", async () => {
  const address = await app.host.anotherAddress(await invitation());
  const page = await openPage(app.browser, address);
  const question = page.getByRole("alertdialog", { name: "romeo@localhost invites you" });
  await question.waitFor();
  await expectAccessible(page, "invitation without an account");
  await picture(page, "register-invited");
  await question.getByRole("button", { name: "Make an account" }).click();
  await reachServer(page);
  const dialog = making(page);
  await dialog.getByText("romeo@localhost has invited you").waitFor();
  await expectAccessible(page, "form of a server");
  await picture(page, "register-form");

  await dialog.getByRole("button", { name: "Create account" }).click();
  await dialog.getByText("An address cannot begin with this.", { exact: false }).waitFor();
  const name = dialog.getByRole("textbox", { name: "Name", exact: true });
  await eventually(async () => expect(await name.evaluate((element) => element === document.activeElement)).toBe(true));
  const password = dialog.getByLabel("Password", { exact: true });
  const given = await password.inputValue();
  expect(given).toMatch(/^(?:[a-z2-9]{4}-){4}[a-z2-9]{4}$/);
  await dialog.getByRole("button", { name: "Make up another password" }).click();
  expect(await password.inputValue()).not.toBe(given);

  await name.fill("carol");
  await name.press("Enter");
  await dialog.getByText("Somebody has this name already.", { exact: false }).waitFor();
  await picture(page, "register-taken");
  const kept = await password.inputValue();
  await name.fill("Juliet");
  await name.press("Enter");
  const made = making(page, "Your account is there");
  await made.getByText("You are signed in.", { exact: false }).waitFor();
  await made.getByText("juliet@localhost", { exact: true }).waitFor();
  await made.getByText(kept, { exact: true }).waitFor();
  await expectAccessible(page, "a new account");
  await picture(page, "register-made");
  await made.getByRole("button", { name: "Start chatting" }).click();
  await page.getByRole("textbox", { name: "Message to romeo" }).fill("You invited me!");
  await composer(page).press("Enter");
  await romeo.waitForMessage((message) => message.getChildText("body") === "You invited me!");
  await romeo.waitFor(
    (stanza) =>
      stanza.is("iq") &&
      stanza.toString().includes('jid="juliet@localhost"') &&
      stanza.toString().includes('subscription="both"'),
  );
  expect(takeFaults(page)).toEqual([]);
  await page.context().close();
});

it("invitation: our link lets a stock client subscribe without a question", async () => {
  const { page } = app;
  await page.goto(await app.host.anotherAddress());
  await chatList(page).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Jump to a chat or contact" }).fill("invite some");
  await page.getByRole("option", { name: "Invite somebody" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  const link = dialog.getByRole("textbox", { name: "Link" });
  await link.waitFor();
  await dialog.getByRole("img", { name: "QR code of the invitation" }).waitFor();
  await dialog.getByText("It counts once", { exact: false }).waitFor();
  await expectAccessible(page, "inviting somebody");
  await picture(page, "invite");
  const token = /preauth=([^;]+)/.exec(await link.inputValue())![1]!;
  await page.keyboard.press("Escape");
  await carol.send(
    xml("presence", { to: "juliet@localhost", type: "subscribe" }, xml("preauth", { xmlns: "urn:xmpp:pars:0", token })),
  );
  await carol.waitFor((stanza) => stanza.is("presence") && stanza.attrs["type"] === "subscribed");
  expect(await page.getByText("carol@localhost").filter({ hasText: "would like" }).count()).toBe(0);
});

it("registration: a second account without an invitation, in German, dark, in a narrow window", async () => {
  const { page } = app;
  await app.quit();
  await app.start({ language: "de_DE.UTF-8" });
  await page.getByRole("navigation", { name: "Chats" }).waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.getByRole("button", { name: "Einstellungen" }).click();
  await page.getByRole("button", { name: "Konto hinzufügen" }).click();
  await page.getByRole("button", { name: "Konto anlegen" }).click();
  const dialog = making(page, "Konto anlegen");
  await dialog.getByRole("textbox", { name: "Server" }).fill("keine adresse");
  await dialog.getByRole("button", { name: "Weiter", exact: true }).click();
  await dialog.getByText("Das ist kein Name eines Servers.", { exact: false }).waitFor();
  await dialog.getByRole("textbox", { name: "Server" }).fill("https://localhost/");
  await dialog.getByRole("button", { name: "Erweitert" }).click();
  await dialog.getByLabel("Host", { exact: true }).fill("127.0.0.1");
  await dialog.getByLabel("Port", { exact: true }).fill(String(app.server.port));
  await resize(page, { width: 400, height: 720 });
  await expectAccessible(page, "choice of a server in German");
  await picture(page, "register-server-de");
  await dialog.getByRole("button", { name: "Weiter", exact: true }).click();
  await dialog.getByRole("button", { name: "Zertifikat ansehen" }).click();
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: /^Diesem Zertifikat/ })
    .click();
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Nurse");
  await dialog.getByRole("textbox", { name: "E-Mail-Adresse" }).fill("nurse@example.org");
  await expectAccessible(page, "form of a server in German");
  await picture(page, "register-form-de");
  await dialog.getByRole("button", { name: "Konto anlegen" }).click();
  const made = making(page, "Dein Konto ist da");
  await made.getByText("nurse@localhost", { exact: true }).waitFor();
  await made.getByText("Du bist angemeldet.", { exact: false }).waitFor();
  await picture(page, "register-made-de");
  await made.getByRole("button", { name: "Loslegen" }).click();
  await resize(page, { width: 1200, height: 800 });
  await chatLine(page, "romeo").waitFor();
});
