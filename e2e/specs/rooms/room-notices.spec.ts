/** Room notices between the messages of a group chat. The others are independent clients. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { picture, resize } from "../../harness/browser.ts";
import {
  bubble,
  chatLine,
  composer,
  eventually,
  expectAccessible,
  joinRoom,
  jumpTo,
  signIn,
  write,
} from "../../harness/window.ts";
import { befriend } from "../../peers/befriend.ts";
import { connectPeer, type Peer } from "../../peers/peer.ts";

const MUC = "http://jabber.org/protocol/muc";
const room = "grove@conference.localhost";
const app = useApp({ accounts: { alice: "secret", bob: "hidden", carol: "other", dave: "third" } });
/** Owns the room. */
let bob: Peer;
let carol: Peer;
let dave: Peer;

const log = () => app.page.getByRole("log", { name: /The grove/ });
/** Matches text with invisible isolates around names and quotations. */
const isolated = (text: string): RegExp =>
  new RegExp([...text].map((letter) => letter.replace(/[.*+?^${}()|[\]\\]/, "\\$&")).join("[\u2068\u2069]*"), "u");
const notice = (text: string) =>
  log()
    .getByRole("paragraph")
    .filter({ hasText: isolated(text) });
const set = (query: Element): Promise<Element> =>
  bob.request(xml("iq", { type: "set", to: room, id: crypto.randomUUID() }, query));
const admin = (item: Record<string, string>, reason = ""): Promise<Element> =>
  set(xml("query", `${MUC}#admin`, xml("item", item, ...(reason === "" ? [] : [xml("reason", {}, reason)]))));
const configure = (values: Record<string, string>): Promise<Element> => {
  const fields = Object.entries({ FORM_TYPE: `${MUC}#roomconfig`, ...values }).map(([name, value]) =>
    xml("field", { var: name }, xml("value", {}, value)),
  );
  return set(xml("query", `${MUC}#owner`, xml("x", { xmlns: "jabber:x:data", type: "submit" }, ...fields)));
};
const subject = (text: string): Promise<void> =>
  bob.send(xml("message", { to: room, type: "groupchat" }, xml("subject", {}, text)));
async function says(peer: Peer, text: string): Promise<void> {
  await peer.send(xml("message", { to: room, type: "groupchat", id: crypto.randomUUID() }, xml("body", {}, text)));
  await bubble(app.page, text).waitFor();
}
async function enters(peer: Peer, nickname: string): Promise<void> {
  const before = peer.stanzas.length;
  await peer.send(
    xml("presence", { to: `${room}/${nickname}` }, xml("x", { xmlns: MUC }, xml("history", { maxstanzas: "0" }))),
  );
  await eventually(() =>
    expect(peer.stanzas.slice(before).some((one) => one.is("presence") && one.toString().includes('code="110"'))).toBe(
      true,
    ),
  );
}
/** Text of every timeline entry. */
const lines = (): Promise<string[]> =>
  log()
    .locator("li")
    .evaluateAll((all) => all.map((one) => one.textContent.replace(/[\u2066-\u2069]/gu, "")));
/** Whether a message is visible above the composer, not only rendered. */
async function isInSight(text: string): Promise<boolean> {
  const [of, view] = [await bubble(app.page, text).boundingBox(), await log().boundingBox()];
  return of !== null && of.y >= view!.y && of.y + of.height <= view!.y + view!.height + 1;
}
/** Changes the language like the settings, without a restart, since notices are kept in memory only. */
const speak = (language: "en" | "de"): Promise<unknown> =>
  app.page.evaluate((chosen) => window.jackdaw.invoke("settings.change", { language: chosen }), language);

beforeAll(async () => {
  const { server, page } = app;
  await befriend(
    server,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { jid: "bob@localhost", password: "hidden", name: "Bob" },
  );
  [bob, carol, dave] = await Promise.all([
    connectPeer({ server, jid: "bob@localhost", password: "hidden", resource: "x" }),
    connectPeer({ server, jid: "carol@localhost", password: "other", resource: "x" }),
    connectPeer({ server, jid: "dave@localhost", password: "third", resource: "x" }),
  ]);
  await bob.send(xml("presence"));
  await enters(bob, "Bob");
  await configure({
    "muc#roomconfig_roomname": "The grove",
    "muc#roomconfig_whois": "anyone",
    "muc#roomconfig_persistentroom": "1",
  });
  await subject("Trees");
  await enters(carol, "Carol");
  await enters(dave, "Dave");
  await signIn(page, server, "alice@localhost", "secret");
});
afterAll(() => Promise.all([bob?.stop(), carol?.stop(), dave?.stop()]));

it("room notices: joining shows the facts to know, and a topic only when it changes", async () => {
  const { page } = app;
  await joinRoom(page, room);
  await composer(page).waitFor();
  await notice("Everybody here sees your address").waitFor();
  await page.getByText("Trees").first().waitFor();
  expect(await notice("Trees").count()).toBe(0);
  await says(carol, "Good morning, everybody");
  await subject("Oaks and beeches");
  await notice("Bob changed the topic to “Oaks and beeches”").waitFor();
});

it("room notices: affiliations, new nicknames, kicks and bans are shown, and equal ones are merged", async () => {
  const { page } = app;
  await says(dave, "Is it about birches, too?");
  await admin({ jid: "carol@localhost", affiliation: "member" });
  await carol.send(xml("presence", { to: `${room}/Caro` }));
  await notice("Carol is now called Caro").waitFor();
  await says(carol, "Why not");
  await admin({ nick: "Caro", role: "none" }, "off topic");
  await admin({ nick: "Dave", role: "none" }, "off topic");
  await notice("Caro and Dave were put out by Bob: “off topic”").waitFor();
  await enters(carol, "C<b>aro</b>");
  await admin({ jid: "carol@localhost", affiliation: "outcast" }, "\u2067 enough \u202E");
  await notice("was banned by Bob: “enough”").waitFor();
  expect(await log().locator("b").count()).toBe(0);
  await configure({ "muc#roomconfig_whois": "moderators" });
  await notice("From now on only moderators see your address").waitFor();
  await admin({ nick: "alice", role: "moderator" });
  await notice("You were made a moderator by Bob").waitFor();
  // A screen reader announces what concerns us, and nothing else.
  await eventually(async () =>
    expect(await page.locator("p[aria-live=polite]").filter({ hasText: "You were made a moderator" }).count()).toBe(1),
  );
  expect(await page.locator("p[aria-live=polite]").filter({ hasText: "put out" }).count()).toBe(0);
  expect((await lines()).slice(1)).toEqual([
    expect.stringMatching(/^Today/),
    "Everybody here sees your address",
    expect.stringContaining("Good morning"),
    expect.stringContaining("Oaks"),
    expect.stringContaining("birches"),
    "Carol was made a member by Bob",
    "Carol is now called Caro",
    expect.stringContaining("Why not"),
    "Caro and Dave were put out by Bob: “off topic”",
    expect.stringContaining("was banned by Bob"),
    "From now on only moderators see your address",
    "You were made a moderator by Bob",
  ]);
  await write(page, "Thank you, Bob");
  await says(bob, "You are welcome");
  await expectAccessible(page, "what change in a group chat");
  await picture(page, "notices");
});

it("room notices: accessible in the dark, in German, and in a narrow window", async () => {
  const { page } = app;
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "what change, in the dark");
  await picture(page, "notices-dark");
  await speak("de");
  await notice("Caro und Dave wurden von Bob hinausgesetzt: „off topic“").waitFor();
  await picture(page, "notices-dark-german");
  await page.emulateMedia({ colorScheme: "light" });
  await resize(page, { width: 390, height: 780 });
  // The timeline stays at its end although the lines wrap differently.
  await eventually(async () => expect(await isInSight("You are welcome")).toBe(true));
  await expectAccessible(page, "what change, narrow, in German");
  await picture(page, "notices-narrow-german");
  await resize(page, { width: 1200, height: 800 });
  await speak("en");
  await eventually(async () => expect(await isInSight("You are welcome")).toBe(true));
});

it("room notices: they do not move the messages in view, count as unread, or vanish when the chat is reopened", async () => {
  const { page } = app;
  for (let n = 0; n < 60; n++)
    await bob.send(
      xml("message", { to: room, type: "groupchat", id: `m${n}` }, xml("body", {}, `leaf ${n}, which is one of many`)),
    );
  await bubble(page, "leaf 59,").waitFor();
  await log().hover();
  await page.mouse.wheel(0, -900);
  await page.getByRole("button", { name: /newest/ }).waitFor();
  const seen = bubble(page, "leaf 40,");
  await seen.scrollIntoViewIfNeeded();
  const before = await seen.boundingBox();
  await subject("Falling leaves");
  await page.getByRole("banner").or(page.locator("header")).getByText("Falling leaves").first().waitFor();
  expect(await seen.boundingBox()).toEqual(before);
  await page.getByRole("button", { name: /newest/ }).click();
  await notice("Bob changed the topic to “Falling leaves”").waitFor();
  await jumpTo(page, "bob@localhost");
  await subject("Bare branches");
  await eventually(async () =>
    expect(
      (await chatLine(page, "The grove").getAttribute("aria-label")) ?? (await chatLine(page, "The grove").innerText()),
    ).not.toMatch(/unread/),
  );
  await chatLine(page, "The grove").click();
  await notice("Bob changed the topic to “Bare branches”").waitFor();
  expect(await log().getByText("New messages").count()).toBe(0);
});

it("room notices: our own kick is shown, and rejoining works", async () => {
  const { page } = app;
  await admin({ nick: "alice", role: "none" }, "a break for you");
  await notice("You were put out by Bob: “a break for you”").waitFor();
  await page.getByText("You are not in this group chat").waitFor();
  await expectAccessible(page, "put out");
  await picture(page, "notices-out");
  await page.getByRole("button", { name: "Try again" }).click();
  await composer(page).waitFor();
  await write(page, "Here again");
  await bubble(page, "Here again").waitFor();
});
