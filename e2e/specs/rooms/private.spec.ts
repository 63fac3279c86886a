/**
 * Private messages with occupants, a nickname that changes hands, and voice requests. The others are independent
 * clients.
 */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { picture, resize } from "../../harness/browser.ts";
import { bubble, chatLine, composer, expectAccessible, ownBubble, signIn, write } from "../../harness/window.ts";
import { connectPeer, type Peer } from "../../peers/peer.ts";

const MUC = "http://jabber.org/protocol/muc";
const room = "masks@conference.localhost";
const app = useApp({ accounts: { alice: "secret", carol: "other", mallory: "evil" } });
let carol: Peer;
let mallory: Peer;

const enter = async (peer: Peer, nickname: string): Promise<void> => {
  await peer.send(
    xml("presence", { to: `${room}/${nickname}` }, xml("x", { xmlns: MUC }, xml("history", { maxstanzas: "0" }))),
  );
  await peer.waitFor(
    (stanza) =>
      stanza.is("presence") &&
      stanza.attrs["from"] === `${room}/${nickname}` &&
      stanza.toString().includes('code="110"'),
  );
};
const leave = (peer: Peer, nickname: string): Promise<void> =>
  peer.send(xml("presence", { to: `${room}/${nickname}`, type: "unavailable" }));
const privately = (to: string, text: string): Element =>
  xml("message", { to, type: "chat", id: crypto.randomUUID() }, xml("body", {}, text));
let asked = 0;
const asOwner = (name: "owner" | "admin", ...children: Element[]): Promise<Element> =>
  carol.request(
    xml("iq", { type: "set", to: room, id: `owner${asked++}` }, xml("query", { xmlns: `${MUC}#${name}` }, ...children)),
  );
const says =
  (text: string) =>
  (message: Element): boolean =>
    message.getChildText("body") === text;

beforeAll(async () => {
  const { server, page } = app;
  carol = await connectPeer({ server, jid: "carol@localhost", password: "other", resource: "x" });
  mallory = await connectPeer({ server, jid: "mallory@localhost", password: "evil", resource: "x" });
  for (const peer of [carol, mallory]) await peer.send(xml("presence"));
  await enter(carol, "Carol");
  await asOwner("owner", xml("x", { xmlns: "jabber:x:data", type: "submit" }));
  await signIn(page, server, "alice@localhost", "secret");
});
afterAll(() => Promise.all([carol?.stop(), mallory?.stop()]));

it("private messages start from the occupant list and are distinct from a chat with a contact", async () => {
  const { page } = app;
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Jump to a chat or contact" }).fill("Join");
  await page.getByRole("option", { name: "Join a group chat" }).click();
  const joining = page.getByRole("dialog", { name: "Join a group chat" });
  await joining.getByRole("textbox", { name: "Address" }).fill(room);
  await joining.getByRole("textbox", { name: "Nickname" }).fill("Alice");
  await joining.getByRole("switch", { name: /Join at each start/ }).waitFor();
  await expectAccessible(page, "joining a group chat");
  await picture(page, "private-join");
  await joining.getByRole("button", { name: "Join", exact: true }).click();
  await composer(page).waitFor();
  await page.getByRole("button", { name: "People and details" }).click();
  await page
    .getByRole("button", { name: /^Carol/ })
    .first()
    .click();
  await page.getByRole("menuitem", { name: "Private message" }).click();
  await page.getByRole("heading", { name: "Carol", exact: true }).waitFor();
  await page.getByText(/Only .*Carol.* gets this, through .*masks/).waitFor();
  await write(page, "psst, between us");
  const got = await carol.waitForMessage(says("psst, between us"));
  expect(got.attrs).toMatchObject({ type: "chat", from: `${room}/Alice` });
  await ownBubble(page, "psst, between us", "sent").waitFor();
  await carol.send(privately(`${room}/Alice`, "my lips are sealed"));
  await bubble(page, "my lips are sealed").waitFor();
  await expectAccessible(page, "private messages");
  await picture(page, "private");
});

it("private messages are listed under nickname and room, and do not appear in the room", async () => {
  const { page } = app;
  await chatLine(page, "masks").click();
  await page.getByRole("heading", { name: "masks", level: 1 }).waitFor();
  expect(await bubble(page, "my lips are sealed").count()).toBe(0);
  await carol.send(privately(`${room}/Alice`, "are you still there?"));
  await page
    .getByRole("navigation", { name: "Chats" })
    .getByRole("button", { name: /^Carol \(masks\), Private message, 1 unread/ })
    .click();
  await bubble(page, "are you still there?").waitFor();
});

it("private messages are accessible in the dark and in a narrow window", async () => {
  const { page } = app;
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "private messages in the dark");
  await picture(page, "private-dark");
  const size = page.viewportSize()!;
  await resize(page, { width: 390, height: 780 });
  await composer(page).waitFor();
  await expectAccessible(page, "private messages in a narrow window");
  await picture(page, "private-narrow");
  await resize(page, size);
  await page.emulateMedia({ colorScheme: "light" });
});

it("nickname reuse: the window says when nobody has the nickname, and when somebody else has it", async () => {
  const { page } = app;
  await leave(carol, "Carol");
  await page.getByText(/Carol.* is not in .*masks.* now/).waitFor();
  expect(await composer(page).count()).toBe(0);
  await enter(mallory, "Carol");
  await page.getByText(/Somebody else has the nickname .*Carol.* now/).waitFor();
  await expectAccessible(page, "a nickname in other hands");
  await picture(page, "private-other");
  await mallory.send(privately(`${room}/Alice`, "it is still me, honest"));
  await bubble(page, "it is still me, honest").waitFor();
  await page.getByText("Somebody else has this nickname from here on").waitFor();
  await write(page, "who are you?");
  await mallory.waitForMessage(says("who are you?"));
  expect(mallory.stanzas.filter((one) => String(one).includes("between us"))).toEqual([]);
});

it("a visitor requests voice, and a moderator sees the requests of others", async () => {
  const { page } = app;
  await enter(carol, "Owner");
  await asOwner("admin", xml("item", { nick: "Alice", role: "visitor" }));
  await chatLine(page, "masks").click();
  await page.getByRole("button", { name: "Ask to speak" }).click();
  await page.getByText("You have asked to speak.").waitFor();
  await picture(page, "private-voice");
  await carol.waitFor(
    (stanza) =>
      stanza.is("message") && stanza.attrs["from"] === room && stanza.toString().includes("muc#request_allow"),
  );
  await asOwner("admin", xml("item", { nick: "Alice", role: "moderator" }));
  await composer(page).waitFor();
  await asOwner("admin", xml("item", { nick: "Carol", role: "visitor" }));
  await mallory.send(
    xml(
      "message",
      { to: room },
      xml(
        "x",
        { xmlns: "jabber:x:data", type: "submit" },
        xml("field", { var: "FORM_TYPE" }, xml("value", {}, `${MUC}#request`)),
        xml("field", { var: "muc#role" }, xml("value", {}, "participant")),
      ),
    ),
  );
  await page.getByText(/Carol.* asks to speak in .*masks/).waitFor();
  await expectAccessible(page, "a request to speak");
  await picture(page, "private-request");
  await page.getByRole("button", { name: /^Let speak: .*Carol.* in/ }).click();
  await mallory.waitFor(
    (stanza) =>
      stanza.is("presence") &&
      stanza.attrs["from"] === `${room}/Carol` &&
      stanza.toString().includes('role="participant"') &&
      stanza.toString().includes('code="110"'),
  );
  await page.getByText(/Carol.* asks to speak/).waitFor({ state: "detached" });
});

it("private messages survive a restart, in German", async () => {
  await app.quit();
  await app.start({ language: "de" });
  const { page } = app;
  await page
    .getByRole("navigation")
    .getByRole("button", { name: /^Carol \(masks\), Private Nachricht/ })
    .click();
  await bubble(page, "it is still me, honest").waitFor();
  await page.getByText(/Das bekommt nur .*Carol/).waitFor();
  await picture(page, "private-german");
});
