/** A room of thousands and a flood of messages in the window, which stays usable. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { picture } from "../../harness/browser.ts";
import { bubble, composer, eventually, expectAccessible, joinRoom, signIn } from "../../harness/window.ts";
import { CROWD, nicknameOf, startCrowd, withCrowd, type Crowd } from "../../peers/servers/crowd.ts";

const { options, port } = await withCrowd({ accounts: { alice: "secret" }, log: "info" });
const app = useApp(options);
let crowd: Crowd;
const picturePath = join(import.meta.dirname, "..", "..", "..", "assets", "icon.png");
const worn = readFileSync(join(import.meta.dirname, "..", "..", "..", "assets", "tray.png"));
const room = `hall-5000@${CROWD}`;

beforeAll(async () => {
  crowd = await startCrowd({
    port,
    presenceOf: (_, index) =>
      index % 2 === 0
        ? `<x xmlns="vcard-temp:x:update"><photo>${createHash("sha1").update(worn).digest("hex")}</photo></x>`
        : "",
    answer: (iq) =>
      iq.getChild("vCard", "vcard-temp") === undefined
        ? undefined
        : `<vCard xmlns="vcard-temp"><PHOTO><BINVAL>${worn.toString("base64")}</BINVAL></PHOTO></vCard>`,
  });
  await signIn(app.page, app.server, "alice@localhost", "secret");
});
afterAll(() => crowd?.stop());

it("large room: 5,000 occupants are listed, rendered only in view, and searchable", async () => {
  const { page } = app;
  await joinRoom(page, room);
  await composer(page).waitFor();
  await page
    .getByText(/^5,?001 people/)
    .first()
    .waitFor();
  await page.getByRole("button", { name: "People and details" }).click();
  const people = page.getByRole("region", { name: "People" });
  await people.getByRole("heading", { name: /^Participants, / }).waitFor();
  expect(await people.getByRole("button").count()).toBeLessThan(60);
  await page.getByRole("textbox", { name: "Find somebody here" }).fill(nicknameOf(4_321));
  await people.getByRole("button", { name: nicknameOf(4_321) }).waitFor();
  await page.getByRole("textbox", { name: "Find somebody here" }).fill("");
  await picture(page, "room-crowd");
  await expectAccessible(page, "a room of thousands");
});

it("large room: typing works while 1,000 messages arrive, and none is missing", async () => {
  const { page } = app;
  const words = "typing goes on while all of them talk at once";
  for (let index = 0; index < 1_000; index++) crowd.say(room, index % 5_000, `line ${index}.`);
  await composer(page).pressSequentially(words);
  expect(await composer(page).inputValue()).toBe(words);
  // When all have arrived, a message sent in between would be far above and not rendered.
  await bubble(page, "line 999.").waitFor();
  await composer(page).press("Enter");
  await bubble(page, words).waitFor();
  // Read from the core's store page by page, like the window does.
  const bodies = await page.evaluate(async (jid) => {
    const unwrap = <T>(answer: { ok: true; value: T } | { ok: false }): T => {
      if (!answer.ok) throw new Error("refused");
      return answer.value;
    };
    const { rooms } = unwrap(await window.jackdaw.invoke("room.list", {}));
    const { account } = rooms[0]!;
    const key = { account, jid };
    let { messages, older } = unwrap(await window.jackdaw.invoke("chat.open", key)).page;
    while (older !== null) {
      const page = unwrap(await window.jackdaw.invoke("message.page", { ...key, before: older, limit: 200 }));
      messages = [...page.messages, ...messages];
      older = page.older;
    }
    return messages.map(({ body }) => body);
  }, room);
  expect(bodies.filter((body) => body !== words)).toEqual(
    Array.from({ length: 1_000 }, (_, index) => `line ${index}.`),
  );
});

it("large room: hundreds of presences keep the list in place and correct", async () => {
  const { page } = app;
  const people = page.getByRole("region", { name: "People" });
  for (let change = 0; change < 300; change++) crowd.presence(room, change, `now ${change}`);
  crowd.leave(room, 4_999);
  await eventually(async () => expect(await page.getByText(/^5,?000 people/).count()).toBeGreaterThan(0));
  await people
    .getByRole("button", { name: `${nicknameOf(0)}, ` })
    .and(people.getByRole("button", { name: /now 0/ }))
    .waitFor();
});

it("large room: avatars appear in view, and equal ones are fetched once", async () => {
  const { page } = app;
  const people = page.getByRole("region", { name: "People" });
  await people
    .getByRole("button", { name: new RegExp(`^${nicknameOf(0)}, `) })
    .locator("img")
    .waitFor();
  await people
    .getByRole("button", { name: new RegExp(`^${nicknameOf(2)}`) })
    .locator("img")
    .waitFor();
  expect(
    await people
      .getByRole("button", { name: new RegExp(`^${nicknameOf(1)}`) })
      .locator("img")
      .count(),
  ).toBe(0);
  expect(
    crowd.asked.filter(
      (iq) => iq.getChild("vCard", "vcard-temp") !== undefined && String(iq.attrs["to"]).includes("/"),
    ),
  ).toHaveLength(1);
  await picture(page, "room-pictures");
});

it("an owner sets and removes the avatar of a group chat", async () => {
  const { page } = app;
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Jump to a chat or contact" }).fill("New group chat");
  await page.getByRole("option", { name: "New group chat" }).click();
  const dialog = page.getByRole("dialog", { name: "New group chat" });
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Tower");
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("dialog", { name: /^Invite to/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "About" }).click();
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a picture" }).click();
  await (await choosing).setFiles(picturePath);
  await page.getByRole("dialog", { name: "Choose what is seen" }).getByRole("button", { name: "Use picture" }).click();
  await page
    .getByRole("navigation", { name: "Chats" })
    .getByRole("button", { name: /^Tower/ })
    .locator("img")
    .waitFor();
  await page.getByRole("button", { name: "Remove picture" }).scrollIntoViewIfNeeded();
  await picture(page, "room-picture");
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "a group chat with a picture");
  await picture(page, "room-picture-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("button", { name: "Remove picture" }).click();
  await page
    .getByRole("navigation", { name: "Chats" })
    .getByRole("button", { name: /^Tower/ })
    .locator("img")
    .waitFor({ state: "detached" });
});
