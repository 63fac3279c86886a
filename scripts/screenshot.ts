/**
 * Takes docs/screenshot.png of the real app with its own Prosody, friends on another client, and Chromium.
 *
 * Usage: npm run screenshot
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml from "@xmpp/xml";
import { launchChromium, openPage } from "../e2e/harness/browser.ts";
import { connectIpc } from "../e2e/harness/ipc-client.ts";
import { startHost } from "../e2e/harness/host.ts";
import { signIn } from "../e2e/harness/sign-in.ts";
import { befriend } from "../e2e/peers/befriend.ts";
import { connectPeer, type Peer } from "../e2e/peers/peer.ts";
import { startProsody } from "../e2e/peers/servers/prosody.ts";
import { build } from "./build.ts";

const own = "alice@localhost";
const friends = [
  {
    user: "bernd",
    name: "Bernd Dohle",
    show: "away",
    status: "Back at three",
    says: ["The minutes are in the wiki now.", "Thanks for taking notes!"],
  },
  { user: "magpie", name: "Mag Pie", show: "dnd", status: "", says: ["I found something shiny ✨"] },
  {
    user: "rook",
    name: "Ruth Rook",
    show: "",
    status: "At the rookery",
    says: ["Have you seen how the jackdaws come back to the tower at dusk?", "There must be hundreds of them 🐦"],
  },
] as const;

await build();
const folder = mkdtempSync(join(tmpdir(), "jackdaw-screenshot-"));
const server = await startProsody({
  accounts: { alice: "secret", ...Object.fromEntries(friends.map(({ user }) => [user, "secret"])) },
});
const browser = await launchChromium();
const host = await startHost({ dataFolder: folder });
const peers: Peer[] = [];
try {
  for (const { user, name } of friends) {
    await befriend(
      server,
      { jid: own, password: "secret", name: "Alice" },
      { jid: `${user}@localhost`, password: "secret", name },
    );
  }
  const ipc = await connectIpc(host.address);
  const advanced = { host: "127.0.0.1", port: server.port };
  const account = await signIn(ipc, {
    jid: own,
    password: "secret",
    advanced,
    fingerprint: server.certificateFingerprint,
  });
  for (const { user, show, status, says } of friends) {
    const peer = await connectPeer({ server, jid: `${user}@localhost`, password: "secret", resource: "desk" });
    peers.push(peer);
    await peer.send(xml("presence", {}, ...(show === "" ? [] : [xml("show", {}, show)]), xml("status", {}, status)));
    for (const text of says) {
      const shown = ipc.waitFor("messages.changed", ({ changed }) => changed.find((one) => one.body === text));
      await peer.chat(own, text);
      await shown;
    }
  }
  const page = await openPage(browser, await host.anotherAddress(), {
    viewport: { width: 1280, height: 760 },
    deviceScaleFactor: 2,
  });
  await page.getByRole("button", { name: /^Ruth Rook/ }).click();
  const composer = page.getByRole("textbox", { name: /^Message to/ });
  for (const text of [
    "Yes! Every evening, at nearly the same minute.",
    "I took a photo for you, see https://example.org/tower",
  ]) {
    await composer.fill(text);
    await composer.press("Enter");
    await page
      .getByRole("article", { name: /, sent$/ })
      .filter({ hasText: text })
      .waitFor();
  }
  await peers.at(-1)!.chat(own, "Beautiful! Shall we go together tomorrow?");
  await page.getByRole("article").filter({ hasText: "Shall we go" }).waitFor();
  await ipc.call("chat.setPinned", { account: account.id, jid: "rook@localhost", pinned: true });
  await page.getByRole("button", { name: "Contact details", exact: true }).click();
  await page.getByRole("heading", { name: "Devices" }).waitFor();
  await page.mouse.move(600, 1);
  await page.getByRole("tooltip").waitFor({ state: "detached" });
  mkdirSync(join(import.meta.dirname, "..", "docs"), { recursive: true });
  await page.screenshot({ path: join(import.meta.dirname, "..", "docs", "screenshot.png"), animations: "disabled" });
  ipc.close();
  console.log("docs/screenshot.png");
} finally {
  await Promise.all(peers.map((peer) => peer.stop()));
  await browser.close();
  await host.stop();
  await server.remove();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
