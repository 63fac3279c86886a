/** User actions in the window, by the roles and names that a screen reader announces. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "playwright";
import { expect, vi } from "vitest";
import type { Prosody } from "../peers/servers/prosody.ts";

/** Fills in the sign-in form, with the server in the advanced section. */
export async function fillSignIn(
  page: Page,
  server: Pick<Prosody, "port">,
  jid: string,
  password: string,
): Promise<void> {
  await page.getByLabel("XMPP address").fill(jid);
  await page.getByLabel("Password", { exact: true }).fill(password);
  const host = page.getByLabel("Host", { exact: true });
  if (!(await host.isVisible())) await page.getByRole("button", { name: "Advanced" }).click();
  await host.fill("127.0.0.1");
  await page.getByLabel("Port", { exact: true }).fill(String(server.port));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Opens the certificate question and returns its dialog. */
export async function certificateDialog(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Look at certificate" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Do you trust this server?" });
  await dialog.waitFor();
  return dialog;
}

/** Trusts the certificate after comparing the displayed fingerprint. */
export async function trustCertificate(page: Page, server: Prosody): Promise<void> {
  const dialog = await certificateDialog(page);
  expect((await dialog.innerText()).replace(/[^0-9a-f]/gi, "").toLowerCase()).toContain(server.certificateFingerprint);
  await dialog.getByRole("button", { name: "Trust this certificate for this account" }).click();
  await dialog.waitFor({ state: "detached" });
}

/** Signs in through the form, including the certificate question, and waits for the chat list. */
export async function signIn(page: Page, server: Prosody, jid: string, password: string): Promise<void> {
  await fillSignIn(page, server, jid, password);
  await trustCertificate(page, server);
  await chatList(page).waitFor();
}

/** The sidebar, which exists after sign-in. */
export const chatList = (page: Page): Locator => page.getByRole("navigation", { name: "Chats" });
/** The entry of a chat in the list. */
export const chatLine = (page: Page, name: string): Locator =>
  chatList(page).getByRole("button", { name: new RegExp(`^${name}, `) });
export const composer = (page: Page): Locator => page.getByRole("textbox", { name: /^Message to / });
/** A message with this text. */
export const bubble = (page: Page, text: string): Locator => page.getByRole("article").filter({ hasText: text });
/** A message of ours in this delivery state, as a screen reader announces it. */
export const ownBubble = (page: Page, text: string, state: string): Locator =>
  page.getByRole("article", { name: new RegExp(`^You, .*, ${state}$`) }).filter({ hasText: text });

/** Opens a chat with anybody by the switcher (Ctrl+K). */
export async function jumpTo(page: Page, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Jump to a chat or contact" });
  await field.fill(words);
  // Enter may come before the results; the typed text is opened anyway.
  await page.keyboard.press("Enter");
  await field.waitFor({ state: "detached" });
  await composer(page).waitFor();
}

/** Joins a room by its address. @param nickname replaces the one that is offered */
export async function joinRoom(page: Page, room: string, nickname?: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Jump to a chat or contact" }).fill(`xmpp:${room}?join`);
  await page.keyboard.press("Enter");
  const question = page.getByRole("alertdialog", { name: /^Join the group chat / });
  await question.getByRole("button", { name: "Join …" }).click();
  const joining = page.getByRole("dialog", { name: "Join a group chat" });
  if (nickname !== undefined) await joining.getByRole("textbox", { name: "Nickname" }).fill(nickname);
  await joining.getByRole("button", { name: "Join", exact: true }).click();
}

export async function write(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

/** Resolves when the check no longer throws. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 50 });

/** axe reports no violation of any rule (WCAG 2.2 A and AA, and best practices). */
export async function expectAccessible(page: Page, view: string): Promise<void> {
  // A tooltip exists only under the pointer, and an element that is fading in fails the contrast check.
  await page.mouse.move(600, 1);
  const tooltip = page.getByRole("tooltip");
  // The tooltip of a button that has the focus by the keyboard stays as long as the focus.
  await tooltip
    .waitFor({ state: "detached", timeout: 10_000 })
    .catch(() => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur()));
  await tooltip.waitFor({ state: "detached" });
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        // A light that blinks never ends.
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
        .map((animation) => animation.finished.catch(() => undefined)),
    ),
  );
  // React Aria's invisible announcer keeps announcements for some seconds after their element has gone.
  const { violations } = await new AxeBuilder({ page }).exclude("[data-live-announcer]").analyze();
  const found = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ""}`).join("\n")}`,
  );
  expect(found, `axe in ${view}`).toEqual([]);
}
