/** Reads a chat in the window like a user who scrolls from its end to its beginning. */
import type { Browser, Page } from "playwright";
import { openPage } from "../../harness/browser.ts";
import { chatLine } from "../../harness/window.ts";
import type { Shown } from "./shown.ts";

/** Limit of scroll steps that show nothing new. */
const MOST_IDLE = 200;

interface Seen {
  id: string;
  /** By us. */
  isOurs: boolean;
  text: string;
}

/** Opens a window, tall, so that few scroll steps are needed. */
export const openWindow = (browser: Browser, address: string): Promise<Page> =>
  openPage(browser, address, { viewport: { width: 900, height: 2400 } });

/** Opens a chat in a window. @param name pattern of its name in the chat list */
export async function showChat(page: Page, name: string): Promise<void> {
  await chatLine(page, name).click();
  await page.getByRole("log", { name: new RegExp(`${name}$`) }).waitFor();
}

/** @returns the messages of the open chat in Alice's window, first to last */
export async function readTimeline(page: Page): Promise<Shown[]> {
  const log = page.getByRole("log");
  await log.evaluate(scroll, "end");
  let all: Seen[] = [];
  for (let idle = 0; idle < MOST_IDLE; idle++) {
    const { shown, isBeginning } = await log.evaluate(look);
    const [first] = all;
    const known = first === undefined ? shown.length : shown.findIndex(({ id }) => id === first.id);
    if (known === -1) {
      // The window jumped to its end, or estimated heights made it skip messages.
      const isBelow = shown.some(({ id }) => all.some((one) => one.id === id));
      await log.evaluate(scroll, isBelow ? "up" : "down");
      continue;
    }
    if (known > 0) idle = 0;
    all = [...shown.slice(0, known), ...all];
    if (isBeginning) return all.map(shownOf);
    await log.evaluate(scroll, "up");
  }
  throw new Error(`the beginning of the chat did not come into sight; the first message that did is ${all[0]?.text}`);
}

function shownOf({ isOurs, text }: Seen): Shown {
  const isGone = text.startsWith("You deleted this message") || text === "This message was deleted";
  return { by: isOurs ? "alice" : "bob", body: isGone ? null : text, versions: null, reactions: null };
}

/** Runs in the page. @param where `end`, or a part of a page `up` or `down` */
async function scroll(scroller: Element, where: string): Promise<void> {
  if (where === "end") scroller.scrollTop = scroller.scrollHeight;
  else scroller.scrollTop += scroller.clientHeight * (where === "up" ? -0.5 : 0.25);
  for (let frame = 0; frame < 3; frame++) await new Promise((drawn) => requestAnimationFrame(drawn));
}

/** Runs in the page: the rendered messages in document order. */
function look(scroller: Element): { shown: Seen[]; isBeginning: boolean } {
  const articles = [...scroller.querySelectorAll<HTMLElement>("article[data-message]")];
  return {
    shown: articles.map((one) => ({
      id: one.dataset["message"]!,
      isOurs: one.getAttribute("aria-label")?.startsWith("You, ") === true,
      text: one.querySelector("div[dir=auto] > span")?.textContent ?? "",
    })),
    isBeginning: [...scroller.querySelectorAll("p")].some((one) => one.textContent.startsWith("This is the beginning")),
  };
}
