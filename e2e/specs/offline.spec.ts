/** Without a server: messages wait, the window shows the next attempt, and nothing is lost. */
import xml from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../harness/app.ts";
import { picture } from "../harness/browser.ts";
import {
  chatList,
  composer,
  eventually,
  expectAccessible,
  jumpTo,
  ownBubble,
  signIn,
  write,
} from "../harness/window.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let bob: Peer | null = null;

beforeAll(() => signIn(app.page, app.server, "alice@localhost", "secret"));
afterAll(() => bob?.stop());

it("a failed message shows its reason and can be retried or deleted", async () => {
  const { page } = app;
  await jumpTo(page, "nobody@elsewhere.invalid");
  await write(page, "anybody there?");
  const failed = ownBubble(page, "anybody there?", "not sent");
  await failed.waitFor();
  await picture(page, "failed-message");
  await expectAccessible(page, "failed message");
  await failed.getByRole("button", { name: "Retry" }).click();
  // It is sent again and fails again.
  await failed.waitFor();
  await failed.getByRole("button", { name: "Delete" }).click();
  await failed.waitFor({ state: "detached" });
});

it("offline: the window counts down to the next attempt and keeps sent messages pending", async () => {
  const { page, server } = app;
  await jumpTo(page, "bob@localhost");
  await server.stop();
  const timer = page.getByRole("timer");
  await timer.waitFor();
  await write(page, "first, while offline");
  await ownBubble(page, "first, while offline", "waiting to be sent").waitFor();
  await write(page, "second, while offline");
  await ownBubble(page, "second, while offline", "waiting to be sent").waitFor();
  expect(await composer(page).inputValue()).toBe("");
  const shown = new Set<string>();
  await eventually(async () => {
    shown.add(await timer.innerText());
    expect(shown.size).toBeGreaterThan(2);
  });
  expect(
    [...shown].every((text) => /^Next try in \d+ seconds?$|^Trying now/.test(text)),
    [...shown].join(),
  ).toBe(true);
  await picture(page, "offline");
  await expectAccessible(page, "offline");
});

it("offline: pending messages survive a restart and are sent in order after “Try now”", async () => {
  const { page, server } = app;
  await app.quit();
  await app.start();
  await page.getByRole("timer").waitFor();
  await server.restart();
  bob = await connectPeer({ server, jid: "bob@localhost", password: "hidden", resource: "phone" });
  const tryNow = page.getByRole("button", { name: "Try now" });
  if (await tryNow.isVisible()) await tryNow.click();
  await page.getByRole("timer").waitFor({ state: "detached" });
  await chatList(page).getByRole("button", { name: /^bob/i }).click();
  await ownBubble(page, "first, while offline", "sent").waitFor();
  await ownBubble(page, "second, while offline", "sent").waitFor();
});

it("offline: each pending message was sent once", async () => {
  const peer = bob!;
  await peer.send(xml("presence"));
  await peer.waitForMessage((stanza) => stanza.getChildText("body") === "second, while offline");
  const bodies = peer.stanzas
    .flatMap((stanza) => stanza.getChildText("body") ?? [])
    .filter((body) => body.endsWith("while offline"));
  expect(bodies).toEqual(["first, while offline", "second, while offline"]);
});
