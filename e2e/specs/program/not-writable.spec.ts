/** A disk that takes nothing more: a sentence says so, and neither what was typed nor what comes in is lost. */
import { execFileSync } from "node:child_process";
import xml from "@xmpp/xml";
import { expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { picture } from "../../harness/browser.ts";
import { bubble, composer, eventually, expectAccessible, jumpTo, ownBubble, signIn } from "../../harness/window.ts";
import { connectPeer } from "../../peers/peer.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });

/** The kernel refuses the host's writes beyond so many bytes of a file: what a full disk does, without filling one. */
const limitFiles = (bytes: string): void =>
  void execFileSync("prlimit", ["--pid", String(app.host.pid), `--fsize=${bytes}:unlimited`]);

it("says that nothing can be saved, keeps what was typed, and sends it when there is room again", async () => {
  const { page, server } = app;
  await signIn(page, server, "alice@localhost", "secret");
  await jumpTo(page, "bob@localhost");
  // Opening a chat writes, too.
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
  // The session ended with what could not be stored; how soon the next one comes is not what this is about.
  await eventually(async () => {
    const again = page.getByRole("button", { name: "Try now" });
    if (await again.isVisible()) await again.click();
    expect(await bubble(page, "nor me").count()).toBe(1);
    expect(await ownBubble(page, "do not lose me", "sent").count()).toBe(1);
  });
  await bob.stop();
});
