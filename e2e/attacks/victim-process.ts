/**
 * Entry of the process with the attacked core and its loopback server, as the browser host composes them. It measures
 * the stalls of its own main loop and tells the suite how the connection is and which marks arrived.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createCore } from "../../electron/app/core.ts";
import type { Host } from "../../electron/app/ports.ts";
import { createBrowserHost } from "../../electron/browser/host.ts";
import { takeLock } from "../../electron/data-folder/lock.ts";
import { type LoopbackServer, startServer } from "../../electron/browser/server.ts";
import { createDispatch } from "../../electron/ipc/dispatch.ts";
import type { EventPayload } from "../../shared/ipc.ts";
import { type FromVictim, MARK, type ToVictim, type VictimArguments } from "./victim-wire.ts";

const dist = join(import.meta.dirname, "..", "..", "dist");
const { dataFolder } = JSON.parse(process.argv[2]!) as VictimArguments;
const tell = (message: FromVictim): void => void process.send!(message);

mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
const taken = takeLock(dataFolder, "browser");
if ("heldBy" in taken) throw new Error(`process ${taken.heldBy?.pid ?? "unknown"} still has the data folder`);
const { lock } = taken;

let server: LoopbackServer | null = null;
const publish: Host["publish"] = (name, payload) => {
  server?.publish(name, payload);
  // Electron clones every event for its window (the structured clone algorithm), and throws where it cannot.
  try {
    structuredClone(payload);
  } catch {
    tell({ type: "uncloneable", name });
  }
  if (name === "accounts.changed") {
    for (const { id, connection, catchUp } of (payload as EventPayload<"accounts.changed">).changed) {
      tell({ type: "account", account: id, connection, isCatchingUp: catchUp !== null });
    }
  } else if (name === "messages.changed") {
    const bodies = (payload as EventPayload<"messages.changed">).changed.map((one) => one.body).filter((body) =>
      body.startsWith(MARK)
    );
    if (bodies.length > 0) tell({ type: "marks", bodies });
  }
};
const core = createCore(createBrowserHost({ dataFolder, version: "0.0.0-test", publish }));
const RESOLUTION = 10;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION });

/** Longest time of the processor, in ms, that the main loop took between two turns of a timer. */
let busy = 0;
let spent = process.threadCpuUsage();
function watchProcessor(): void {
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(spent);
    busy = Math.max(busy, (user + system) / 1000);
    spent = process.threadCpuUsage();
  }, RESOLUTION).unref();
}

async function call(id: number, name: string, args: unknown): Promise<void> {
  const handlers = core.handlers as unknown as Record<string, (args: unknown) => Promise<unknown>>;
  try {
    tell({ type: "answer", id, value: await handlers[name]!(args) });
  } catch (error) {
    tell({ type: "answer", id, error: String(error) });
  }
}

process.on("message", (message: ToVictim) => {
  if (message.type === "call") return void call(message.id, message.name, message.args);
  tell({ type: "stalled", id: message.id, ms: delays.max / 1e6, busy });
  delays.reset();
  busy = 0;
});
// Without the suite it has nothing to live for.
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => {
  void core.stop().then(async () => {
    await server?.close();
    lock.release();
    process.exit(0);
  });
});

server = await startServer({
  port: 0,
  pageFolder: join(dist, "renderer"),
  bridgeFile: join(dist, "electron", "bridge.js"),
  dispatch: createDispatch(core.handlers),
  launchSecret: lock.secret,
});
lock.announce(server.port);
await core.start();
// From here on: loading the program's own code is no stall that anybody else causes.
delays.enable();
watchProcessor();
tell({ type: "ready", page: server.port });
