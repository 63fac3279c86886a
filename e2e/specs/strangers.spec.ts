/**
 * Strangers in the window: their full address wherever they are named, their unreadable messages, and unencrypted
 * retractions.
 */
import xml from "@xmpp/xml";
import type { Locator } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../harness/app.ts";
import { picture, resize } from "../harness/browser.ts";
import { startOtherJackdaw, type OtherJackdaw } from "../harness/other-jackdaw.ts";
import { bubble, chatLine, eventually, expectAccessible, jumpTo, ownBubble, signIn, write } from "../harness/window.ts";
import { befriend } from "../peers/befriend.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const alice = "alice@localhost";
const bob = "bob@localhost";
/** An address so long that its domain could be pushed out of sight. */
const LONG = "bob.at.good.example-and-nobody-else-but-bob-of-good-example";
const long = `${LONG}@localhost`;
const mallory = "mallory@localhost";
const app = useApp({ accounts: { alice: "secret", bob: "hidden", mallory: "evil", [LONG]: "long" } });
let other: OtherJackdaw;
let stranger: Peer;
let longStranger: Peer;

beforeAll(async () => {
  const { server, page } = app;
  await befriend(
    server,
    { jid: alice, password: "secret", name: "Alice" },
    { jid: bob, password: "hidden", name: "Bob" },
  );
  other = await startOtherJackdaw(server, bob, "hidden");
  await other.device();
  [stranger, longStranger] = await Promise.all([
    connectPeer({ server, jid: mallory, password: "evil", resource: "x" }),
    connectPeer({ server, jid: long, password: "long", resource: "x" }),
  ]);
  await signIn(page, server, alice, "secret");
});
afterAll(() => Promise.all([stranger?.stop(), longStranger?.stop(), other?.stop()]));

const header = (): Locator => app.page.locator("header").getByRole("heading", { level: 1 });
/** Changes the language like the settings. */
const speak = (language: "en" | "de"): Promise<unknown> =>
  app.page.evaluate((chosen) => window.jackdaw.invoke("settings.change", { language: chosen }), language);

/** Checks that the page does not overflow horizontally. */
async function expectFits(): Promise<void> {
  expect(await app.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
    0,
  );
}

/** Checks a view in light and dark, wide and narrow, in both languages. */
async function look(
  view: string,
  inEach: (language: "en" | "de") => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { page } = app;
  try {
    for (const [language, colorScheme, width] of [
      ["en", "light", 1280],
      ["en", "dark", 380],
      ["de", "dark", 1280],
      ["de", "light", 380],
    ] as const) {
      await speak(language);
      await page.emulateMedia({ colorScheme });
      await resize(page, { width, height: 760 });
      await page.locator(`html[lang=${language}]`).waitFor();
      await inEach(language);
      await expectFits();
      await expectAccessible(page, `${view}, ${language}, ${colorScheme}, ${width}`);
      await picture(page, `${view}-${language}-${colorScheme}-${width}`);
    }
  } finally {
    // A retry finds the window as the first try did.
    await speak("en");
    await page.emulateMedia({ colorScheme: "light" });
    await resize(page, { width: 1280, height: 760 });
  }
}

/** Checks that the domain of an address is visible. */
async function seesDomain(place: Locator): Promise<void> {
  const cut = await place.evaluate((element) => {
    const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let last: Text | null = null;
    while (text.nextNode() !== null)
      if (text.currentNode.textContent!.includes("@localhost")) last = text.currentNode as Text;
    if (last === null) return "no domain is there";
    const range = document.createRange();
    range.setStart(last, last.data.lastIndexOf("@localhost"));
    range.setEnd(last, last.data.lastIndexOf("@localhost") + "@localhost".length);
    const box = range.getBoundingClientRect();
    for (let around = last.parentElement; around !== null; around = around.parentElement) {
      const edge = around.getBoundingClientRect();
      if (getComputedStyle(around).overflowX !== "visible" && box.right > edge.right + 1)
        return `cut off at ${edge.right} of ${box.right}`;
    }
    return box.right <= window.innerWidth ? "" : "out of the window";
  });
  expect(cut).toBe("");
}

it("strangers are named by their full address in header and list, and the domain is never cut off", async () => {
  const { page } = app;
  await stranger.chat(alice, "Hi, it is me");
  await longStranger.chat(alice, "Hi, it is Bob. I lost my old account, please send me the money here.");
  await chatLine(page, mallory).waitFor();
  await chatLine(page, long).click();
  await header().filter({ hasText: long }).waitFor();
  await page.locator("header").getByText("Not in your contacts", { exact: true }).waitFor();
  await bubble(page, "I lost my old account").waitFor();
  await seesDomain(header());
  await seesDomain(chatLine(page, long));
  await look("stranger-chat", () => seesDomain(header()));
});

it("subscription requests and invitations of strangers show the full address", async () => {
  const { page } = app;
  await longStranger.send(
    xml(
      "presence",
      { to: alice, type: "subscribe" },
      xml("nick", "http://jabber.org/protocol/nick", "Bob"),
      xml("status", {}, "It is me, with a new address"),
    ),
  );
  await stranger.send(xml("presence", { to: alice, type: "subscribe" }));
  await longStranger.send(
    xml(
      "message",
      { to: alice },
      xml("x", {
        xmlns: "jabber:x:conference",
        jid: `the-room-of-those-who-won-the-great-lottery@conference.localhost`,
        reason: "You have won",
      }),
    ),
  );
  await page.getByRole("region", { name: "Requests" }).getByText("It is me").waitFor();
  await look("stranger-cards", async () => {
    const back = page.getByRole("button", { name: /^(Back|Zurück)$/ });
    if (await back.isVisible()) await back.click();
    const held = page.getByRole("button", { name: /^1 (invitation from|Einladung von) / });
    if ((await held.getAttribute("aria-expanded")) === "false") await held.click();
    await page.getByText("You have won").scrollIntoViewIfNeeded();
  });
});

it("a stranger who invites under a contact's name is shown as what the room says", async () => {
  const { page } = app;
  const MUC = "http://jabber.org/protocol/muc";
  const lair = "lair@conference.localhost";
  await stranger.send(xml("presence", { to: `${lair}/Bob` }, xml("x", MUC)));
  await stranger.waitFor((one) => one.is("presence") && one.attrs["from"] === `${lair}/Bob`);
  const defaults = xml("query", `${MUC}#owner`, xml("x", { xmlns: "jabber:x:data", type: "submit" }));
  await stranger.request(xml("iq", { to: lair, type: "set", id: "defaults" }, defaults));
  const invite = xml("invite", { to: alice }, xml("reason", {}, "It is me, come quickly"));
  await stranger.send(xml("message", { to: lair }, xml("x", `${MUC}#user`, invite)));
  const card = page.getByRole("region", { name: /^(Invitations|Einladungen)$/ });
  await card.getByText(/Bob.*, as the group chat says, invites you to/).waitFor();
  await look("said-invitation", () => card.getByText("It is me, come quickly").scrollIntoViewIfNeeded());
  await card.getByRole("button", { name: `Decline the invitation to ${lair}` }).click();
  await card.getByText("It is me, come quickly").waitFor({ state: "detached" });
});

it("a contact request that reaches nobody is said so", async () => {
  const { page } = app;
  const sentence = {
    en: /^Your request did not reach .*nobody@elsewhere\.invalid/,
    de: /^Deine Anfrage hat .*nobody@elsewhere\.invalid/,
  };
  await look("refused-request", async (language) => {
    await page.evaluate(async () => {
      const { value } = (await window.jackdaw.invoke("app.start", {})) as never as {
        value: { accounts: { id: never }[] };
      };
      await window.jackdaw.invoke("subscription.request", {
        account: value.accounts[0]!.id,
        jid: "nobody@elsewhere.invalid",
      });
    });
    await page.getByText(sentence[language]).waitFor();
  });
});

it("an unreadable message of a stranger is shown as such", async () => {
  const { page } = app;
  const attributes = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`a${at}`, "1"]));
  await jumpTo(page, mallory);
  await stranger.send(
    xml(
      "message",
      { to: alice, type: "chat", id: "poison" },
      xml("body", {}, "hello"),
      xml("x", { xmlns: "urn:evil", ...attributes }),
    ),
  );
  await page.getByRole("article").getByText("too many attributes").waitFor();
  await look("stranger-poison");
});

it("an unencrypted retraction of an encrypted message is marked", async () => {
  const { page } = app;
  await jumpTo(page, "Bob");
  await page.getByRole("button", { name: "Encryption is on", exact: true }).waitFor();
  await write(page, "only for you");
  await ownBubble(page, "only for you", "encrypted, delivered").waitFor();
  const { id } = await other.say(alice, "what nobody else may read", "omemo");
  await bubble(page, "what nobody else may read").waitFor();
  await other.call("message.retract", { account: other.account.id, id });
  await bubble(page, "The deletion was not encrypted").waitFor();
  await eventually(() => chatLine(page, "Bob").getByText("This message was deleted").first().waitFor());
  await look("stranger-retracted");
});
