/** Signals end the program in order, also when several come together or while it starts. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hostFile, startHost } from "../../harness/host.ts";
import { connectIpc } from "../../harness/ipc-client.ts";
import { signIn } from "../../harness/sign-in.ts";
import { startProsody, type Prosody } from "../../peers/servers/prosody.ts";

const folder = mkdtempSync(join(tmpdir(), "jackdaw-ending-"));
let server: Prosody;
beforeAll(async () => {
  server = await startProsody({ accounts: { alice: "secret" } });
});
afterAll(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

it("ends once, with its goodbyes said, when a terminal and a parent signal it together", async () => {
  const host = await startHost({ dataFolder: mkdtempSync(join(folder, "online-")) });
  const ipc = await connectIpc(host.address);
  await signIn(ipc, {
    jid: "alice@localhost",
    password: "secret",
    advanced: { host: "127.0.0.1", port: server.port },
    fingerprint: server.certificateFingerprint,
  });
  ipc.close();
  for (const signal of ["SIGINT", "SIGTERM", "SIGINT"] as const) process.kill(host.pid, signal);
  // It signals once more, and throws unless the process ends with 0.
  await host.stop();
  expect(host.output()).toBe(`Jackdaw: ${host.address}\n`);
});

it.each([20, 100, 200, 300, 400, 600, 800])("ends without an error when Ctrl+C comes after %i ms", async (after) => {
  const args = [hostFile, "--no-open", "--port", "0", "--data", mkdtempSync(join(folder, "starting-"))];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<number | null>((resolve) =>
    child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal!])),
  );
  // Also before it listens to signals at all.
  await new Promise((resolve) => setTimeout(resolve, after));
  child.kill("SIGINT");
  child.kill("SIGTERM");
  expect([0, 130, 143]).toContain(await ended);
  expect(errors).toBe("");
});
