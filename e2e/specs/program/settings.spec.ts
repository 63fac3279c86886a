/** Settings take effect at once and persist; axe finds no fault in any view, light and dark, in both languages. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { picture } from "../../harness/browser.ts";
import { bubble, chatLine, chatList, eventually, expectAccessible, signIn } from "../../harness/window.ts";
import { befriend } from "../../peers/befriend.ts";
import { startEcho } from "../../peers/echo.ts";
import type { Peer } from "../../peers/peer.ts";

const app = useApp({ accounts: { alice: "secret", echo: "hidden" } });
let echo: Peer;

beforeAll(async () => {
  const { server, page } = app;
  await befriend(
    server,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { jid: "echo@localhost", password: "hidden", name: "Echo", groups: ["Friends"] },
  );
  echo = await startEcho({ server, jid: "echo@localhost", password: "hidden" });
  await signIn(page, server, "alice@localhost", "secret");
  await chatLine(page, "Echo").click();
  await bubble(page, "Hello!").waitFor();
});
afterAll(() => echo?.stop());

const settings = (): Promise<void> => app.page.getByRole("button", { name: "Settings" }).click();
const brightness = (): Promise<number> =>
  app.page.evaluate(() => {
    const [red = 0, green = 0, blue = 0] = (getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) ?? []).map(
      Number,
    );
    return red + green + blue;
  });

it("settings: the theme switches between dark and light and can follow the system", async () => {
  const { page } = app;
  await settings();
  await page.getByRole("radio", { name: "Dark" }).check({ force: true });
  await eventually(async () => expect(await brightness()).toBeLessThan(200));
  await page.getByRole("radio", { name: "Light" }).check({ force: true });
  await eventually(async () => expect(await brightness()).toBeGreaterThan(500));
  await page
    .getByRole("radio", { name: "Like the system" })
    .or(page.getByRole("radio", { name: "System" }))
    .first()
    .check({ force: true });
  await page.emulateMedia({ colorScheme: "dark" });
  await eventually(async () => expect(await brightness()).toBeLessThan(200));
  await page.emulateMedia({ colorScheme: "light" });
  await eventually(async () => expect(await brightness()).toBeGreaterThan(500));
});

/** Opens each view and checks it. */
async function everyView(theme: "light" | "dark"): Promise<void> {
  const { page } = app;
  const look = async (view: string): Promise<void> => {
    await picture(page, `${view.replaceAll(" ", "-")}-${theme}`);
    await expectAccessible(page, `${view}, ${theme}`);
  };
  for (const name of ["Appearance", "Storage", "About"]) {
    await page
      .getByRole("link", { name })
      .or(page.getByRole("button", { name, exact: true }))
      .or(page.getByRole("tab", { name }))
      .first()
      .click();
    await page.getByRole("heading", { name, exact: true }).first().waitFor();
    await look(`settings ${name.toLowerCase()}`);
  }
  await page.getByText("alice@localhost").first().click();
  await look("settings account");
  await page.keyboard.press("Escape");
  await chatList(page).waitFor();
  await chatLine(page, "Echo").click();
  await bubble(page, "Hello!").waitFor();
  await look("chat with echo");
  await page.getByRole("button", { name: "Contact details", exact: true }).click();
  await page.getByRole("heading", { name: "Devices" }).waitFor();
  await look("contact details");
  await page.getByRole("button", { name: "Close contact details" }).first().click();
  await page.getByRole("complementary", { name: "Details" }).waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await page.getByRole("option").first().waitFor();
  await look("switcher");
  await page.keyboard.press("Escape");
  for (const name of ["Add contact", "New chat"]) {
    await chatList(page).getByRole("button", { name, exact: true }).click();
    await page.getByRole("dialog").waitFor();
    await look(name.toLowerCase());
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  await page.getByRole("button", { name: "Emoji" }).click();
  await page
    .getByRole("dialog")
    .getByRole("searchbox")
    .or(page.getByRole("dialog").getByRole("textbox"))
    .first()
    .waitFor();
  await look("emoji");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Your status/ }).click();
  await look("own status");
  await page.keyboard.press("Escape");
}

// axe checks eleven views, some seconds each on a busy machine.
it.each(["light", "dark"] as const)(
  "accessibility: axe finds no fault in any view: %s",
  { timeout: 3 * 60_000 },
  async (theme) => {
    const { page } = app;
    if (!(await page.getByRole("radio", { name: "Dark" }).isVisible())) await settings();
    await page.getByRole("radio", { name: theme === "dark" ? "Dark" : "Light" }).check({ force: true });
    await everyView(theme);
  },
);

it("settings: German applies at once and after a restart", async () => {
  const { page } = app;
  await settings();
  await page
    .getByRole("button", { name: /^(Like the system )?Language|Language$/ })
    .first()
    .click();
  await page.getByRole("option", { name: "Deutsch" }).click();
  await page.getByRole("heading", { name: "Aussehen" }).first().waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
  await picture(page, "settings-german");
  await expectAccessible(page, "settings in German");
  await app.quit();
  await app.start();
  await page.getByRole("button", { name: /^Echo, Verfügbar/ }).click();
  await page.getByRole("textbox", { name: "Nachricht an Echo" }).waitFor();
  await expectAccessible(page, "chat in German");
  await eventually(async () => expect(await brightness()).toBeLessThan(200));
});
