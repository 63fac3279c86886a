/** Message styling (XEP-0393), code and actions (XEP-0245) in the window; the other side is an independent client. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../harness/app.ts";
import { picture, resize } from "../harness/browser.ts";
import {
  bubble,
  chatLine,
  chatList,
  composer,
  expectAccessible,
  joinRoom,
  jumpTo,
  ownBubble,
  signIn,
  write,
} from "../harness/window.ts";
import { befriend } from "../peers/befriend.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const alice = "alice@localhost";
const bob = "bob@localhost";
const room = "tea@conference.localhost";
const NS_STYLING = "urn:xmpp:styling:0";
const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let friend: Peer;

const says = (text: string) => (stanza: Element) => stanza.getChildText("body") === text;
const isUnstyled = (stanza: Element): boolean => stanza.getChild("unstyled", NS_STYLING) !== undefined;
const text = (to: string, body: string, more: Element[] = [], type = "chat"): Element =>
  xml("message", { to, type, id: crypto.randomUUID() }, xml("body", {}, body), ...more);
const select = (from: number, to: number): Promise<void> =>
  composer(app.page).evaluate(
    (box, [start, end]) => (box as HTMLTextAreaElement).setSelectionRange(start ?? 0, end ?? 0),
    [from, to],
  );
const formatting = () => app.page.getByRole("toolbar", { name: "Formatting" });

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

it("styles of a contact's text are shown, with links inside them, and code has colours and can be copied", async () => {
  const { page } = app;
  await friend.send(text(alice, "This is *important*, _really_, ~not~ `npm test`: *see https://example.org/a_b_c*"));
  const styled = bubble(page, "This is");
  await styled.waitFor();
  expect(await styled.locator("strong").first().innerText()).toBe("important");
  expect(await styled.locator("em").innerText()).toBe("really");
  expect(await styled.locator("s").innerText()).toBe("not");
  expect(await styled.locator("code").innerText()).toBe("npm test");
  expect(await styled.locator("strong a").getAttribute("href")).toBe("https://example.org/a_b_c");

  const code = "const greet = (name) => {\n  // says hello\n  return `Hello, ${name}!`.repeat(2);\n};";
  await friend.send(
    text(alice, `> Can you show me?\n>> the function\n\nSure:\n\n\`\`\`js\n${code}\n\`\`\`\n\nThat is all.`),
  );
  const block = bubble(page, "That is all");
  await block.locator("blockquote blockquote").waitFor();
  await block.locator("pre [data-tone=keyword]").first().waitFor();
  expect(await block.locator("pre").innerText()).toBe(code);
  expect(await block.innerText()).not.toContain("```");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await block.getByRole("button", { name: "Copy code" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(code);
  await page.emulateMedia({ colorScheme: "light" });
  await expectAccessible(page, "styles, light");
  await picture(page, "styling-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "styles, dark");
  await picture(page, "styling-dark");
  await page.emulateMedia({ colorScheme: "light" });
});

it("a contact's text that is to be shown as typed has no styles, and neither has its correction", async () => {
  const { page } = app;
  const asTyped = xml("unstyled", { xmlns: NS_STYLING });
  const first = text(alice, "> _ < *as typed*", [asTyped]);
  await friend.send(first);
  await bubble(page, "> _ < *as typed*").waitFor();
  expect(await bubble(page, "*as typed*").locator("strong, blockquote").count()).toBe(0);
  const replace = xml("replace", { xmlns: "urn:xmpp:message-correct:0", id: first.attrs["id"] as string });
  await friend.send(text(alice, "now *styled*", [replace]));
  await bubble(page, "now *styled*").locator("strong").waitFor();
});

it("keys style the selection or the word in the composer, undo works, and the plain text is sent", async () => {
  const { page } = app;
  await composer(page).fill("bold italic code strike");
  for (const [from, to, key] of [
    [0, 4, "Control+b"],
    [7, 13, "Control+i"],
    [16, 16, "Control+e"],
    [23, 29, "Control+Shift+x"],
  ] as const) {
    await select(from, to);
    await composer(page).press(key);
  }
  expect(await composer(page).inputValue()).toBe("*bold* _italic_ `code` ~strike~");
  await composer(page).press("Control+Shift+x");
  expect(await composer(page).inputValue()).toBe("*bold* _italic_ `code` strike");
  await composer(page).press("Control+z");
  expect(await composer(page).inputValue()).toBe("*bold* _italic_ `code` ~strike~");
  await composer(page).press("Enter");
  expect(isUnstyled(await friend.waitForMessage(says("*bold* _italic_ `code` ~strike~")))).toBe(false);
  const own = ownBubble(page, "bold", "(sent|delivered)");
  await own.waitFor();
  expect(await own.locator("strong, em, code, s").allInnerTexts()).toEqual(["bold", "italic", "code", "strike"]);
});

it("the formatting bar is shown from the composer and stays, and sends a message as typed", async () => {
  const { page } = app;
  await page.getByRole("button", { name: "Formatting" }).click();
  await formatting().waitFor();
  await composer(page).fill("a word");
  await select(2, 6);
  await formatting().getByRole("button", { name: "Bold" }).click();
  expect(await composer(page).inputValue()).toBe("a *word*");
  await expectAccessible(page, "formatting bar");
  await picture(page, "formatting-bar");
  await composer(page).fill("2 *3 * 4* = ?");
  await formatting().getByRole("button", { name: "As typed" }).click();
  await picture(page, "formatting-as-typed");
  await composer(page).press("Enter");
  expect(isUnstyled(await friend.waitForMessage(says("2 *3 * 4* = ?")))).toBe(true);
  expect(await ownBubble(page, "2 *3", "(sent|delivered)").locator("strong").count()).toBe(0);
  // Only that message.
  await expect.poll(() => formatting().getByRole("button", { name: "As typed", pressed: true }).count()).toBe(0);
  await page.reload();
  await chatList(page).waitFor();
  await jumpTo(page, "Bob");
  await formatting().waitFor();
  expect(await bubble(page, "2 *3").locator("strong").count()).toBe(0);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "formatting bar, dark");
  await picture(page, "formatting-bar-dark");
  await resize(page, { width: 400, height: 760 });
  await picture(page, "styling-narrow-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await resize(page, { width: 1280, height: 800 });
});

it("/me tells what its author does, in bubbles and in the list, from both sides", async () => {
  const { page } = app;
  await friend.send(text(alice, "/me waves *wildly*"));
  await bubble(page, "* Bob waves").locator("strong").waitFor();
  await chatLine(page, "Bob")
    .getByText(/^\* .?Bob.? waves \*wildly\*$/)
    .first()
    .waitFor();
  await write(page, "/me waves back");
  await friend.waitForMessage(says("/me waves back"));
  await bubble(page, "* alice waves back").waitFor();
  await chatLine(page, "Bob")
    .getByText(/^\* .?alice.? waves back$/)
    .first()
    .waitFor();
  await write(page, "/me");
  await bubble(page, "/me").waitFor();
  await expectAccessible(page, "actions");
  await picture(page, "actions");
});

it("styles and actions are the same in a group chat and in a private one with an occupant", async () => {
  const { page } = app;
  const enter = xml("x", { xmlns: "http://jabber.org/protocol/muc" }, xml("history", { maxstanzas: "0" }));
  await friend.send(xml("presence", { to: `${room}/Robert` }, enter));
  await friend.waitFor(
    (stanza) => stanza.is("presence") && stanza.attrs["from"] === `${room}/Robert` && stanza.toString().includes("110"),
  );
  await friend.request(
    xml(
      "iq",
      { type: "set", to: room, id: "owner" },
      xml(
        "query",
        { xmlns: "http://jabber.org/protocol/muc#owner" },
        xml("x", { xmlns: "jabber:x:data", type: "submit" }),
      ),
    ),
  );
  await joinRoom(page, room, "Ally");
  await composer(page).waitFor();
  await friend.send(text(room, "/me pours _tea_", [], "groupchat"));
  await bubble(page, "* Robert pours").locator("em em").waitFor();
  await write(page, "/me takes a *cup*");
  await friend.waitForMessage(says("/me takes a *cup*"));
  await bubble(page, "* Ally takes").locator("strong").waitFor();
  await friend.send(text(room, "> _ <", [xml("unstyled", { xmlns: NS_STYLING })], "groupchat"));
  await bubble(page, "> _ <").waitFor();
  await picture(page, "actions-room");
  await friend.send(text(`${room}/Ally`, "/me whispers `psst`"));
  await page.getByRole("button", { name: /^Robert .*whispers/ }).click();
  await bubble(page, "* Robert whispers").locator("code").waitFor();
  await write(page, "/me nods");
  await friend.waitForMessage(says("/me nods"));
  await bubble(page, "* Ally nods").waitFor();
});
