/** A full disk: the window says so, and neither typed text nor incoming messages are lost. */
import { execFileSync } from "node:child_process";
import xml from "@xmpp/xml";
import { expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { picture } from "../../harness/browser.ts";
import { bubble, composer, eventually, expectAccessible, jumpTo, ownBubble, signIn } from "../../harness/window.ts";
import { connectPeer } from "../../peers/peer.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });

/** Limits the host's file size by the kernel: writes fail as on a full disk, without filling one. */
const limitFiles = (bytes: string): void =>
  void execFileSync("prlimit", ["--pid", String(app.host.pid), `--fsize=${bytes}:unlimited`]);

it("a full disk is reported, typed text stays in the composer, and everything arrives once there is space", async () => {
  const { page, server } = app;
  await signIn(page, server, "alice@localhost", "secret");
  await jumpTo(page, "bob@localhost");
  // Opening a chat writes too, so it must be complete before.
  await page.getByText(/^This is the beginning/).waitFor();
  limitFiles("1");
  await composer(page).fill("do not lose me");
  await composer(page).press("Enter");
  await page.getByText("Nothing can be saved", { exact: true }).waitFor();
  await picture(page, "not-writable");
  await expectAccessible(page, "a store that cannot be written");
  expect(await composer(page).inputValue()).toBe("do not lose me");

  const bob = await connectPeer({ server, jid: "bob@localhost", password: "hidden", resource: "phone" });
  await bob.send(xml("presence"));
  await bob.chat("alice@localhost", "nor me");
  limitFiles("unlimited");
  await page.getByText("Nothing can be saved", { exact: true }).waitFor({ state: "hidden" });
  await composer(page).press("Enter");
  await bob.waitForMessage((message) => message.getChildText("body") === "do not lose me");
  // The failed write ended the session; “Try now” avoids waiting for the next attempt.
  await eventually(async () => {
    const again = page.getByRole("button", { name: "Try now" });
    if (await again.isVisible()) await again.click();
    expect(await bubble(page, "nor me").count()).toBe(1);
    expect(await ownBubble(page, "do not lose me", "sent").count()).toBe(1);
  });
  await bob.stop();
});
