/**
 * Entry of a process with the core and its loopback server, as the browser host composes them, which a fault test can
 * end by SIGKILL at a checkpoint and whose clock it can set.
 */
import { setClock } from "./clock.ts";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createBrowserHost } from "../../electron/browser/host.ts";
import { startServer, type LoopbackServer } from "../../electron/browser/server.ts";
import { takeLock } from "../../electron/data-folder/lock.ts";
import { createCore } from "../../electron/app/core.ts";
import type { Checkpoint, Host } from "../../electron/app/ports.ts";
import { createDispatch } from "../../electron/ipc/dispatch.ts";
import { logCrashes } from "../../electron/log/crashes.ts";
import { openLogFile } from "../../electron/log/file.ts";
import type { CoreArguments, FromCore, ToCore } from "./core-wire.ts";

const dist = join(import.meta.dirname, "..", "..", "dist");
const { dataFolder, port, clock } = JSON.parse(process.argv[2]!) as CoreArguments;
let doom: { at: Checkpoint; passes: number } | null = null;

function checkpoint(at: Checkpoint): void {
  if (doom?.at === at && --doom.passes <= 0) process.kill(process.pid, "SIGKILL");
}
const tell = (message: FromCore): void => void process.send!(message);

setClock(clock);
mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
const taken = takeLock(dataFolder, "browser");
if ("heldBy" in taken) throw new Error(`process ${taken.heldBy?.pid ?? "unknown"} still has the data folder`);
const { lock } = taken;
openLogFile(dataFolder);
logCrashes("end");

let server: LoopbackServer | null = null;
const publish: Host["publish"] = (name, payload) => server?.publish(name, payload);
const core = createCore({ ...createBrowserHost({ dataFolder, version: "0.0.0-test", publish }), checkpoint });
const started = core.start();

process.on("message", (message: ToCore) => {
  if (message.type === "die-at") doom = message;
  else if (message.type === "clock") setClock(message.ms);
  else if (server !== null) tell({ type: "address", address: server.address() });
});
// Without its test it has nothing to live for.
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => {
  void core.stop().then(async () => {
    await server?.close();
    lock.release();
    process.exit(0);
  });
});

server = await startServer({
  port,
  pageFolder: join(dist, "renderer"),
  bridgeFile: join(dist, "electron", "bridge.js"),
  dispatch: createDispatch(core.handlers),
  launchSecret: lock.secret,
});
lock.announce(server.port);
tell({ type: "address", address: server.address() });
await started;
