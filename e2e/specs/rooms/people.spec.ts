/** The occupants of a group chat: avatars, and nicknames that look like others; also dark, narrow, and in German. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { picture, resize } from "../../harness/browser.ts";
import { bubble, expectAccessible, joinRoom, signIn } from "../../harness/window.ts";
import { CROWD, nicknameOf, startCrowd, withCrowd, type Crowd } from "../../peers/servers/crowd.ts";

const { options, port } = await withCrowd({ accounts: { alice: "secret" }, log: "info" });
const app = useApp(options);
const MUC_USER = "http://jabber.org/protocol/muc#user";
const worn = readFileSync(join(import.meta.dirname, "..", "..", "..", "assets", "tray.png"));
const room = `market-12@${CROWD}`;
/** Two with letters of another script, like the names of occupants, and two so long that they leave no space. */
const TWINS = [
  "\u0410da 0",
  "\u0415lodie 4",
  "Oluwas\u0435un Adewale-Montgomery the Younger of Lagos",
  "Oluwaseun Adewale-Montgomery the Younger of Lagos",
];
let crowd: Crowd;

const person = (nickname: string) => app.page.getByRole("button", { name: new RegExp(`^${nickname}, `) });

/** Checks that the look-alike mark is visible on messages, however long the nickname. */
async function sees(words: string): Promise<void> {
  for (const said of ["Fresh apples", ...[0, 2, 3].map((at) => `whom you know, ${at}.`)]) {
    const mark = bubble(app.page, said).getByText(words);
    const [inner, outer] = [await mark.boundingBox(), await bubble(app.page, said).boundingBox()];
    expect(inner!.width).toBeGreaterThan(60);
    expect(inner!.x + inner!.width).toBeLessThanOrEqual(outer!.x + outer!.width);
  }
  // Where there is enough space, the mark is shown in full.
  expect(
    await bubble(app.page, "Fresh apples")
      .getByText(words)
      .evaluate((mark) => mark.scrollWidth - mark.clientWidth),
  ).toBe(0);
}

beforeAll(async () => {
  crowd = await startCrowd({
    port,
    presenceOf: (_, index) =>
      (index % 2 === 0
        ? `<x xmlns="vcard-temp:x:update"><photo>${createHash("sha1").update(worn).digest("hex")}</photo></x>`
        : "") + (index % 3 === 0 ? `<hats xmlns="urn:xmpp:hats:0"><hat title="Greengrocer" uri="g"/></hats>` : ""),
    answer: (iq) =>
      iq.getChild("vCard", "vcard-temp") === undefined
        ? undefined
        : `<vCard xmlns="vcard-temp"><PHOTO><BINVAL>${worn.toString("base64")}</BINVAL></PHOTO></vCard>`,
  });
  await signIn(app.page, app.server, "alice@localhost", "secret");
});
afterAll(() => crowd?.stop());

it("look-alike nicknames are marked in the list and on messages, beside avatars and hats", async () => {
  const { page } = app;
  await joinRoom(page, room);
  // What the crowd sends before it has let us in does not reach us.
  await page
    .getByText(/^13 people/)
    .first()
    .waitFor();
  for (const [at, nickname] of TWINS.entries()) {
    crowd.toAll(
      room,
      (to) =>
        `<presence from="${room}/${nickname}" to="${to}"><status>${at === 0 ? "sells what others sell" : ""}</status><x xmlns="${MUC_USER}"><item affiliation="${at === 2 ? "admin" : "none"}" role="participant"/></x></presence>`,
    );
    crowd.toAll(
      room,
      (to) =>
        `<message type="groupchat" id="t${at}" from="${room}/${nickname}" to="${to}"><body>I am the one whom you know, ${at}.</body></message>`,
    );
  }
  crowd.say(room, 0, "Fresh apples");
  crowd.say(room, 1, "Fresh pears");
  await bubble(page, "Fresh pears").waitFor();
  await page.getByRole("button", { name: "People and details" }).click();
  await person(nicknameOf(0)).locator("img").waitFor();
  await person(`${TWINS[0]}, Looks like .?${nicknameOf(0)}.?`).waitFor();
  await sees("Looks like");
  await expectAccessible(page, "names that look alike");
  await picture(page, "people");
});

it("look-alike nicknames are marked in dark, German and narrow windows too", async () => {
  const { page } = app;
  await page.emulateMedia({ colorScheme: "dark" });
  await page.evaluate(() => window.jackdaw.invoke("settings.change", { language: "de" }));
  await person(`${TWINS[0]}, Sieht aus wie .?${nicknameOf(0)}.?`).waitFor();
  await expectAccessible(page, "names that look alike, in German in the dark");
  await picture(page, "people-dark-german");
  await resize(page, { width: 390, height: 780 });
  await person(`${TWINS[0]}, Sieht aus wie .?${nicknameOf(0)}.?`).waitFor();
  await expectAccessible(page, "names that look alike, narrow");
  await picture(page, "people-narrow-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await picture(page, "people-narrow");
  await page.keyboard.press("Escape");
  await page.getByRole("log", { name: /^Nachrichten in/ }).focus();
  await page.keyboard.press("End");
  await bubble(page, "Fresh pears").waitFor();
  await sees("Sieht aus wie");
  await expectAccessible(page, "what they say, narrow");
  await picture(page, "people-said-narrow");
});
