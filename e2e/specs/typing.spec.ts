/** Who is typing (XEP-0085), in both directions: with a contact, in a group, and in private with an occupant. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bareJid } from "../../shared/jid.ts";
import { useApp } from "../harness/app.ts";
import { picture, resize } from "../harness/browser.ts";
import { startOtherJackdaw, type OtherJackdaw } from "../harness/other-jackdaw.ts";
import {
  bubble,
  chatLine,
  chatList,
  composer,
  eventually,
  expectAccessible,
  joinRoom,
  jumpTo,
  signIn,
  write,
} from "../harness/window.ts";
import { befriend } from "../peers/befriend.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const NS = "http://jabber.org/protocol/chatstates";
const [alice, bob, carol, dora] = [
  bareJid("alice@localhost"),
  bareJid("bob@localhost"),
  bareJid("carol@localhost"),
  bareJid("dora@localhost"),
];
const den = bareJid("den@conference.localhost");
const app = useApp({ accounts: { alice: "secret", bob: "hidden", carol: "other", dora: "fourth" } });
/** A stock client of Bob, and Jackdaws or stock clients of the others. */
let friend: Peer;
let other: OtherJackdaw;
let third: Peer;

const state = (name: string): Element => xml(name, { xmlns: NS });
const message = (to: string, ...inside: Element[]): Element =>
  xml("message", { to, type: to === den ? "groupchat" : "chat", id: crypto.randomUUID() }, ...inside);
const privately = (...inside: Element[]): Element =>
  message(`${den}/Alice`, ...inside, xml("x", { xmlns: "http://jabber.org/protocol/muc#user" }));
const says = (body: string) => xml("body", {}, body);
/** The states that Bob got from this address, alone or with a text, in their order. */
const got = (from: string): (string | undefined)[] =>
  friend.stanzas
    .filter((one) => one.is("message") && String(one.attrs["from"]).startsWith(from))
    .flatMap((one) => one.getChildElements().filter(({ attrs }) => attrs["xmlns"] === NS))
    .map(({ name }) => name);
/** Names are isolated by characters that are not seen. */
const words = (text: string): RegExp => new RegExp(text.split(" ").join("\\P{L}+"), "u");
const line = (text: string) => app.page.locator("p[aria-hidden=true]").filter({ hasText: words(text) });
const typing = (text: string) => line(text).waitFor();
const heard = (text: string) => app.page.getByRole("status").filter({ hasText: words(text) });
const nobody = () => expect.poll(() => line("typing").count()).toBe(0);

beforeAll(async () => {
  const { server, page } = app;
  await befriend(
    server,
    { jid: alice, password: "secret", name: "Alice" },
    { jid: bob, password: "hidden", name: "Anna Vogel" },
  );
  friend = await connectPeer({ server, jid: bob, password: "hidden", resource: "phone" });
  third = await connectPeer({ server, jid: dora, password: "fourth", resource: "x" });
  for (const peer of [friend, third]) await peer.send(xml("presence"));
  other = await startOtherJackdaw(server, carol, "other");
  const room = { account: other.account.id, jid: den };
  await other.call("room.create", { ...room, nickname: "Carol", name: "Den", kind: "group" });
  for (const person of [alice, bob, dora])
    await other.call("room.setAffiliation", { ...room, person, affiliation: "member", reason: "" });
  await signIn(page, server, alice, "secret");
  await joinRoom(page, den, "Alice");
  await page.getByRole("heading", { name: "Den" }).waitFor();
  await friend.send(message(alice, says("Shall we meet at five?"), state("active")));
  await chatLine(page, "Anna Vogel").waitFor();
});
afterAll(async () => {
  await Promise.all([friend?.stop(), third?.stop()]);
  await other?.stop();
});

it("typing: a contact's is shown in the list and in the chat, moves nothing, and ends with the message", async () => {
  const { page } = app;
  await friend.send(message(alice, state("composing")));
  await chatList(page)
    .getByRole("button", { name: /^Anna Vogel, .*typing…/ })
    .waitFor();
  await expectAccessible(page, "a row of somebody who is typing");
  await picture(page, "typing-row");
  await jumpTo(page, "Anna");
  await typing("Anna Vogel is typing…");
  await heard("Anna Vogel is typing…").waitFor({ state: "attached" });
  await expectAccessible(page, "somebody is typing");
  await picture(page, "typing-light");
  const places = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("article, [data-composer]")].map((one) => one.getBoundingClientRect().top),
    );
  const before = await places();
  await friend.send(message(alice, state("paused")));
  await nobody();
  expect(await places()).toEqual(before);
  await friend.send(message(alice, state("composing")));
  await typing("Anna Vogel is typing…");
  await friend.send(message(alice, says("Or at six"), state("active")));
  await bubble(page, "Or at six").waitFor();
  await nobody();
  await friend.send(message(alice, state("composing")));
  await typing("Anna Vogel is typing…");
  await friend.send(xml("presence", { type: "unavailable" }));
  await nobody();
  await friend.send(xml("presence"));
});

it("typing: ours reaches the contact, and ends with the message, and when we look elsewhere", async () => {
  const { page } = app;
  await eventually(() => expect(page.getByText("Available").count()).resolves.toBeGreaterThan(0));
  await composer(page).pressSequentially("Six is");
  await eventually(() => expect(got(alice)).toEqual(["composing"]));
  await composer(page).fill("");
  await eventually(() => expect(got(alice)).toEqual(["composing", "active"]));
  await write(page, "Six is fine");
  await friend.waitForMessage((one) => one.getChildText("body") === "Six is fine");
  await composer(page).pressSequentially("and");
  await eventually(() => expect(got(alice).slice(2)).toEqual(["composing", "active", "composing"]));
  await chatLine(page, "Den").click();
  await eventually(() => expect(got(alice).at(-1)).toBe("inactive"));
});

it("typing: several occupants of a group are named or counted, and ours reaches them", async () => {
  const { page } = app;
  const enter = async (peer: Peer, nickname: string): Promise<void> => {
    await peer.send(xml("presence", { to: `${den}/${nickname}` }, xml("x", "http://jabber.org/protocol/muc")));
    await peer.waitFor((one) => one.attrs["from"] === `${den}/${nickname}` && String(one).includes('code="110"'));
  };
  await enter(friend, "Ben");
  await enter(third, "Dora");
  await eventually(async () => {
    await other.call("chat.typed", { account: other.account.id, jid: den, empty: false });
    expect(await line("Carol is typing…").count()).toBe(1);
  });
  await friend.send(message(den, state("composing")));
  await typing("Carol and Ben are typing…");
  await picture(page, "typing-room");
  await third.send(message(den, state("composing")));
  await typing("people are typing…");
  await third.send(message(den, says("Hello all"), state("active")));
  await bubble(page, "Hello all").waitFor();
  await friend.send(xml("presence", { to: `${den}/Ben`, type: "unavailable" }));
  await other.call("chat.typed", { account: other.account.id, jid: den, empty: true });
  await nobody();
  await enter(friend, "Ben");
  await composer(page).pressSequentially("Hi");
  await eventually(() => expect(got(`${den}/Alice`)).toEqual(["composing"]));
  await composer(page).fill("");
  await eventually(() => expect(got(`${den}/Alice`)).toEqual(["composing", "paused"]));
});

it("typing: an occupant's in private is shown there, and ours reaches only them", async () => {
  const { page } = app;
  await friend.send(privately(says("psst"), state("active")));
  await chatList(page)
    .getByRole("button", { name: /^Ben \(Den\)/ })
    .click();
  await bubble(page, "psst").waitFor();
  await friend.send(privately(state("composing")));
  await typing("Ben is typing…");
  await picture(page, "typing-private");
  const before = got(`${den}/Alice`).length;
  await composer(page).pressSequentially("yes");
  await eventually(() => expect(got(`${den}/Alice`).slice(before)).toEqual(["composing"]));
  const isForAll = (one: Element) => one.is("message") && String(one.attrs["from"]) === `${den}/Alice`;
  expect(third.stanzas.filter((one) => isForAll(one) && one.getChild("composing", NS) !== undefined)).toHaveLength(1);
  await friend.send(privately(says("good"), state("active")));
  await bubble(page, "good").waitFor();
  await nobody();
});

it("typing: looks right in the dark, in German, in a narrow window and without motion", async () => {
  const { page } = app;
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await page.evaluate(() => window.jackdaw.invoke("settings.change", { language: "de" }));
  await page.getByRole("button", { name: "Einstellungen" }).click();
  await page.getByRole("button", { name: /^Privatsphäre/ }).click();
  await page.getByRole("switch", { name: /^Zeigen, dass du gerade schreibst/ }).waitFor();
  await expectAccessible(page, "the privacy page");
  await picture(page, "typing-settings");
  await page
    .getByRole("button", { name: /^Zurück/ })
    .first()
    .click();
  await page.getByRole("button", { name: /^Anna Vogel, / }).click();
  await page.getByRole("textbox", { name: /Anna Vogel/ }).waitFor();
  await friend.send(message(alice, state("composing")));
  await friend.send(message(den, state("composing")));
  await typing("Anna Vogel schreibt");
  await expectAccessible(page, "somebody is typing, dark");
  await picture(page, "typing-dark");
  const size = page.viewportSize()!;
  await resize(page, { width: 390, height: 780 });
  await typing("Anna Vogel schreibt");
  await picture(page, "typing-narrow");
  await resize(page, size);
});
