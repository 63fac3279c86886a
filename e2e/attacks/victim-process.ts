/**
 * Entry point of the process with the attacked core and its loopback server. It measures stalls of its own main loop
 * and reports the connection state and the marks that arrived.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Host } from "../../electron/app/host.ts";
import type { EventPayload } from "../../shared/ipc/index.ts";
import { composeCore } from "../harness/core-server.ts";
import { type FromVictim, MARK, type ToVictim, type VictimArguments } from "./victim-wire.ts";

const { dataFolder } = JSON.parse(process.argv[2]!) as VictimArguments;
const tell = (message: FromVictim): void => void process.send!(message);

const publish: Host["publish"] = (name, payload) => {
  // Electron clones each event for its window (structured clone algorithm) and throws if it cannot.
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
    const bodies = (payload as EventPayload<"messages.changed">).changed
      .map((one) => one.body)
      .filter((body) => body.startsWith(MARK));
    if (bodies.length > 0) tell({ type: "marks", bodies });
  }
};
const { core, serve } = composeCore(dataFolder, { publish });
const RESOLUTION = 10;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION });

/** The most processor time, in ms, that the main loop spent between two timer ticks. */
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

const server = await serve(0);
await core.start();
// Measuring starts here: loading the program's own code is not a stall caused by an attack.
delays.enable();
watchProcessor();
tell({ type: "ready", page: server.port });
