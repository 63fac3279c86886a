/** Composes the core and its loopback server like the browser host, for a process of its own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createCore } from "../../electron/app/core.ts";
import type { Core, Host } from "../../electron/app/host.ts";
import { createBrowserHost } from "../../electron/browser/host.ts";
import { startServer, type LoopbackServer } from "../../electron/browser/server.ts";
import { takeLock } from "../../electron/data-folder/lock.ts";
import { createDispatch } from "../../electron/ipc/dispatch.ts";
import { logCrashes } from "../../electron/log/crashes.ts";
import { openLogFile } from "../../electron/log/file.ts";

const dist = join(import.meta.dirname, "..", "..", "dist");

export interface CoreServer {
  readonly core: Core;
  /** Serves the built window. @param port 0: any free port */
  serve(port: number): Promise<LoopbackServer>;
}

/**
 * Takes the lock of the data folder. SIGTERM then stops the process in order, and the process ends with its parent.
 * @param more overrides of the host; its `publish` gets each event after the window
 * @throws when another process has the folder
 */
export function composeCore(dataFolder: string, more: Partial<Host> = {}): CoreServer {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const taken = takeLock(dataFolder, "browser");
  if ("heldBy" in taken) throw new Error(`process ${taken.heldBy?.pid ?? "unknown"} still has the data folder`);
  const { lock } = taken;
  openLogFile(dataFolder);
  logCrashes("end");

  let server: LoopbackServer | null = null;
  const publish: Host["publish"] = (name, payload) => {
    server?.publish(name, payload);
    more.publish?.(name, payload);
  };
  const core = createCore({ ...createBrowserHost({ dataFolder, version: "0.0.0-test", publish }), ...more, publish });
  // The test that forked this process has ended.
  process.on("disconnect", () => process.exit(0));
  process.on("SIGTERM", () => {
    void core.stop().then(async () => {
      await server?.close();
      lock.release();
      process.exit(0);
    });
  });
  return {
    core,
    async serve(port) {
      server = await startServer({
        port,
        pageFolder: join(dist, "renderer"),
        bridgeFile: join(dist, "electron", "bridge.js"),
        dispatch: createDispatch(core.handlers),
        launchSecret: lock.secret,
      });
      lock.announce(server.port);
      return server;
    },
  };
}
