/** Contacts: adding, requests, declining, renaming, removing; each checked on the server and on the other side. */
import { join } from "node:path";
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../harness/app.ts";
import { picture, resize } from "../harness/browser.ts";
import { chatList, eventually, expectAccessible, signIn } from "../harness/window.ts";
import { announce } from "../peers/befriend.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden", carol: "other", dave: "third" } });
const peers: Record<"bob" | "carol" | "dave", Peer> = {} as never;

beforeAll(async () => {
  const { server, page } = app;
  for (const [name, password] of [
    ["bob", "hidden"],
    ["carol", "other"],
    ["dave", "third"],
  ] as const) {
    peers[name] = await connectPeer({ server, jid: `${name}@localhost`, password, resource: "phone" });
    await announce(peers[name]);
  }
  await signIn(page, server, "alice@localhost", "secret");
});
afterAll(() => Promise.all(Object.values(peers).map((peer) => peer.stop())));

const presence = (type: string) => (stanza: Element) => stanza.is("presence") && stanza.attrs["type"] === type;

/** Waits for a contact in the list, below the chats or behind "New chat". */
async function contactLine(name: RegExp): Promise<void> {
  await app.page.getByRole("button", { name }).first().waitFor();
}

it("adding a contact sends a subscription request and shows the presence once it is approved", async () => {
  const { page } = app;
  await chatList(page).getByRole("button", { name: "Add contact" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Add a contact" });
  await dialog.getByLabel("Address").fill("bob@localhost");
  await dialog.getByLabel("Name (optional)").fill("Bobby");
  await dialog.getByLabel("Groups").fill("Friends, Work");
  await picture(page, "add-contact");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await peers.bob.waitFor(presence("subscribe"));
  await peers.bob.send(xml("presence", { to: "alice@localhost", type: "subscribed" }));
  await peers.bob.send(xml("presence", {}, xml("show", {}, "away"), xml("status", {}, "fishing")));
  await chatList(page).getByRole("button", { name: "New chat" }).click();
  await contactLine(/^Bobby, Away/);
  await page.getByRole("dialog").getByText("Work", { exact: true }).first().waitFor();
  await page.keyboard.press("Escape");
});

it("accepting a subscription request shows our presence and subscribes back", async () => {
  const { page } = app;
  await peers.carol.send(
    xml(
      "presence",
      { to: "alice@localhost", type: "subscribe" },
      xml("nick", "http://jabber.org/protocol/nick", "Carol <b>C</b>"),
    ),
  );
  const requests = page.getByRole("region", { name: "Requests" });
  await requests.waitFor();
  await requests.getByText("Carol <b>C</b>").waitFor();
  await picture(page, "request");
  await expectAccessible(page, "request");
  await requests.getByRole("button", { name: /^Accept / }).click();
  await peers.carol.waitFor(presence("subscribed"));
  await peers.carol.waitFor(presence("subscribe"));
  await peers.carol.waitFor(
    (stanza) =>
      stanza.is("presence") &&
      stanza.attrs["type"] === undefined &&
      String(stanza.attrs["from"]).startsWith("alice@localhost/"),
  );
  await requests.waitFor({ state: "detached" });
});

it("our own picture is chosen, cut with the keyboard, shown to contacts, and removed", async () => {
  const { page } = app;
  const photo = (stanza: Element): string | null | undefined =>
    stanza.getChild("x", "vcard-temp:x:update")?.getChildText("photo");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "alice@localhost" }).click();
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a picture" }).press("Enter");
  await (await choosing).setFiles(join(import.meta.dirname, "..", "..", "assets", "icon.png"));
  const dialog = page.getByRole("dialog", { name: "Choose what is seen" });
  await dialog.waitFor();
  const zoom = dialog.getByRole("slider", { name: "Zoom" });
  await dialog.getByRole("group", { name: "Part of the picture that is seen" }).focus();
  for (const key of ["+", "+", "ArrowLeft", "ArrowUp"]) await page.keyboard.press(key);
  expect(Number(await zoom.inputValue())).toBeCloseTo(0.1);
  await picture(page, "own-picture-crop");
  await expectAccessible(page, "choosing the part of a picture");
  await page.emulateMedia({ colorScheme: "dark" });
  await resize(page, { width: 380, height: 760 });
  await page.evaluate(() => window.jackdaw.invoke("settings.change", { language: "de" }));
  await page.getByRole("dialog", { name: "Ausschnitt wählen" }).waitFor();
  await picture(page, "own-picture-crop-de-dark-380");
  await page.evaluate(() => window.jackdaw.invoke("settings.change", { language: "en" }));
  await resize(page, { width: 1200, height: 800 });
  await dialog.getByRole("button", { name: "Use picture" }).click();
  await dialog.waitFor({ state: "detached" });
  const settings = page.getByRole("main");
  await settings.locator("img").first().waitFor();
  await picture(page, "own-picture-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await picture(page, "own-picture");
  await expectAccessible(page, "our own picture");
  await peers.carol.waitFor((stanza) => /^[0-9a-f]{40}$/.test(photo(stanza) ?? ""));
  await page.getByRole("button", { name: "Remove picture" }).press("Enter");
  await settings.locator("img").waitFor({ state: "detached" });
  await expect
    .poll(() =>
      page.getByRole("button", { name: "Choose a picture" }).evaluate((one) => one === document.activeElement),
    )
    .toBe(true);
  await page.keyboard.press("Escape");
});

it("declining a subscription request reveals nothing to the other side", async () => {
  const { page } = app;
  await peers.dave.send(xml("presence", { to: "alice@localhost", type: "subscribe" }));
  const requests = page.getByRole("region", { name: "Requests" });
  await requests.getByRole("button", { name: /^Decline / }).click();
  await peers.dave.waitFor(presence("unsubscribed"));
  await requests.waitFor({ state: "detached" });
  expect(peers.dave.stanzas.some((stanza) => String(stanza.attrs["from"]).startsWith("alice@localhost/"))).toBe(false);
});

it("renaming and removing a contact changes the roster on the server", async () => {
  const { page, server } = app;
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("bobby");
  await page.getByRole("option", { name: /Bobby/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Contact details", exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: "Rename" }).click();
  await details.getByRole("textbox").first().fill("Robert");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Robert", level: 1 }).waitFor();
  const other = await connectPeer({ server, jid: "alice@localhost", password: "secret", resource: "other" });
  const roster = async () => {
    const answer = await other.request(
      xml("iq", { type: "get", id: crypto.randomUUID() }, xml("query", "jabber:iq:roster")),
    );
    return answer
      .getChild("query")!
      .getChildren("item")
      .map((item) => [item.attrs["jid"], item.attrs["name"], item.attrs["subscription"]]);
  };
  await eventually(async () => expect(await roster()).toContainEqual(["bob@localhost", "Robert", "to"]));
  await details.getByRole("button", { name: "Remove contact" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove", exact: true }).click();
  await eventually(async () => expect((await roster()).map(([jid]) => jid)).not.toContain("bob@localhost"));
  await other.stop();
});
