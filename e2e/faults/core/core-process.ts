/**
 * Entry point of a process with the core and its loopback server. A fault test can kill it at a checkpoint and set its
 * clock.
 */
import { setClock } from "./clock.ts";
import type { LoopbackServer } from "../../../electron/browser/server.ts";
import type { Checkpoint, Passing } from "../../../electron/app/host.ts";
import { composeCore } from "../../harness/core-server.ts";
import type { Target } from "../writing/written.ts";
import type { CoreArguments, FromCore, ToCore } from "./core-wire.ts";
import { targetsPassing } from "./passing.ts";

const { dataFolder, port, clock } = JSON.parse(process.argv[2]!) as CoreArguments;
let doom: { at: Checkpoint; what: Target; passes: number } | null = null;

function checkpoint(at: Checkpoint, passing: Passing): void {
  if (doom?.at !== at || !targetsPassing(passing).includes(doom.what)) return;
  if (--doom.passes <= 0) process.kill(process.pid, "SIGKILL");
}
const tell = (message: FromCore): void => void process.send!(message);

setClock(clock);
const { core, serve } = composeCore(dataFolder, { checkpoint });
const started = core.start();

let server: LoopbackServer | null = null;
process.on("message", (message: ToCore) => {
  if (message.type === "die-at") doom = message;
  else if (message.type === "clock") setClock(message.ms);
  else if (server !== null) tell({ type: "address", address: server.address() });
});

server = await serve(port);
tell({ type: "address", address: server.address() });
await started;
