/**
 * `npm run demo`: a private Prosody on loopback with a throw-away certificate, Jackdaw signed in as alice, and a peer
 * that answers. Ctrl+C, or closing the window, ends everything and removes all files.
 *
 * `--headless`: opens no window, prints `demo ready: <url>` and runs until it is told to end.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHost } from "../e2e/harness/host.ts";
import { connectIpc } from "../e2e/harness/ipc-client.ts";
import { signIn } from "../e2e/harness/sign-in.ts";
import { befriend } from "../e2e/peers/befriend.ts";
import { startEcho } from "../e2e/peers/echo.ts";
import { startProsody } from "../e2e/peers/servers/prosody.ts";
import { build } from "./build.ts";
import { findElectron, showInChromium, showInElectron } from "./demo-window.ts";

const alice = { jid: "alice@localhost", password: "wonderland" };
const echo = { jid: "echo@localhost", password: "hello-hello" };

const headless = process.argv.includes("--headless");
/** Cleanup steps; run in reverse order. */
const undo: (() => Promise<unknown>)[] = [];
let ending: Promise<void> | null = null;

function end(code: number): Promise<void> {
  ending ??= (async () => {
    for (const step of undo.reverse()) await step().catch((error: unknown) => console.error(String(error)));
    process.exit(code);
  })();
  return ending;
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));

async function demo(): Promise<void> {
  console.log("Building …");
  await build();
  const folder = await mkdtemp(join(tmpdir(), "jackdaw-demo-"));
  undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  console.log("Starting an XMPP server of its own …");
  const server = await startProsody({ accounts: { alice: alice.password, echo: echo.password } });
  undo.push(() => server.remove());
  await befriend(server, { ...alice, name: "Alice" }, { ...echo, name: "Echo", groups: ["Demo"] });
  const account = {
    ...alice,
    advanced: { host: "127.0.0.1", port: server.port },
    fingerprint: server.certificateFingerprint,
  };

  const electron = headless ? null : findElectron();
  if (electron !== null) {
    const window = await showInElectron(electron, folder, account);
    undo.push(() => window.close());
    void window.closed.then(() => end(0));
    await greet(server);
    return;
  }
  const host = await startHost({ dataFolder: folder, language: process.env["LANG"] ?? "en_GB.UTF-8" });
  undo.push(() => host.stop());
  const ipc = await connectIpc(host.address);
  await signIn(ipc, account);
  ipc.close();
  await greet(server);
  // The first address is used up; the running host issues another.
  const address = await host.anotherAddress();
  const window = headless ? null : showInChromium(address, join(folder, "browser"));
  if (window !== null) {
    undo.push(() => window.close());
    void window.closed.then(() => end(0));
    console.log("Jackdaw is open. Close its window, or press Ctrl+C here, to end the demo.");
  } else if (headless) {
    console.log(`demo ready: ${address}`);
  } else {
    console.log(
      `There is no display here. Open this address in a browser on this machine:\n\n    ${address}\n\nCtrl+C ends the demo.`,
    );
  }
}

async function greet(server: Parameters<typeof startEcho>[0]["server"]): Promise<void> {
  const peer = await startEcho({ server, ...echo });
  undo.push(() => peer.stop());
}

demo().catch((error: unknown) => {
  if (ending !== null) return; // It was ended during the start.
  console.error(error instanceof Error ? error.message : error);
  void end(1);
});
