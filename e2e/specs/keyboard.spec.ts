/** Keyboard only: everything from the first field to a sent message works without a mouse. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Page } from "playwright";
import { useApp } from "../harness/app.ts";
import { chatList, composer, eventually, ownBubble } from "../harness/window.ts";
import { befriend } from "../peers/befriend.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let bob: Peer;

beforeAll(async () => {
  const { server } = app;
  await befriend(
    server,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { jid: "bob@localhost", password: "hidden", name: "Bob Jay" },
  );
  bob = await connectPeer({ server, jid: "bob@localhost", password: "hidden", resource: "phone" });
});
afterAll(() => bob?.stop());

/** The accessible name of the focused element. */
const focusName = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const label =
      element.getAttribute("aria-label") ??
      (element as HTMLInputElement).labels?.[0]?.textContent ??
      element.textContent;
    return label.trim();
  });

/** Presses Tab until the element has the focus; every stop on the way must have a visible focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < 30; step++) {
    const now = await focusName(page);
    if (name.test(now)) return;
    passed.push(now);
    await page.keyboard.press("Tab");
    const isShown = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const style = getComputedStyle(element);
      return (
        element === document.body ||
        style.outlineStyle !== "none" ||
        style.boxShadow !== "none" ||
        element.matches("input, textarea, a")
      );
    });
    expect(isShown, `no visible focus at ${await focusName(page)}`).toBe(true);
  }
  throw new Error(`Tab never came to ${name}; it passed ${passed.join(" | ")}`);
}

it("keyboard: signing in works without a mouse", async () => {
  const { page, server } = app;
  await page.getByLabel("XMPP address").waitFor();
  await tabTo(page, /^XMPP address/);
  await page.keyboard.type("alice@localhost");
  await tabTo(page, /^Password/);
  await page.keyboard.type("secret");
  await tabTo(page, /^Advanced/);
  await page.keyboard.press("Enter");
  await page.getByLabel("Host", { exact: true }).waitFor();
  await tabTo(page, /^Host/);
  await page.keyboard.type("127.0.0.1");
  await tabTo(page, /^Port/);
  await page.keyboard.type(String(server.port));
  await page.keyboard.press("Enter");
  const look = page.getByRole("button", { name: "Look at certificate" });
  await look.waitFor();
  await page.keyboard.press("Shift+Tab");
  for (let step = 0; step < 12 && !(await look.evaluate((element) => element === document.activeElement)); step++)
    await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("alertdialog").waitFor();
  await tabTo(page, /^Trust this certificate/);
  await page.keyboard.press("Enter");
  await chatList(page).waitFor();
});

it("keyboard: Ctrl+K opens a chat, and typing sends a message", async () => {
  const { page } = app;
  await page.keyboard.press("Control+k");
  await page.keyboard.type("bob");
  await page.getByRole("option", { name: /Bob Jay/ }).waitFor();
  await page.keyboard.press("Enter");
  await composer(page).waitFor();
  await eventually(async () => expect(await focusName(page)).toBe("Message to Bob Jay"));
  await page.keyboard.type("by hand");
  await page.keyboard.press("Enter");
  await ownBubble(page, "by hand", "sent").waitFor();
  expect(await focusName(page)).toBe("Message to Bob Jay");
});

it("keyboard: Escape closes the switcher and restores the focus", async () => {
  const { page } = app;
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("combobox").waitFor({ state: "detached" });
  await eventually(async () => expect(await focusName(page)).toBe("Message to Bob Jay"));
});
