/** Entry of the browser host: sets up the lock, the core and the loopback server, and shuts them down in order. */
import { mkdirSync, chmodSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { createCore } from "../app/core.ts";
import type { Host } from "../app/host.ts";
import type { Lock } from "../data-folder/lock.ts";
import { lockOrRunning, type FirstOrSecond } from "../data-folder/second-start.ts";
import { createDispatch } from "../ipc/dispatch.ts";
import { logCrashes } from "../log/crashes.ts";
import { openLogFile } from "../log/file.ts";
import { log } from "../log/log.ts";
import { readArguments, usage, type Arguments } from "./arguments.ts";
import { createShutdown } from "./shutdown.ts";
import { createBrowserHost } from "./host.ts";
import { openPage } from "./open-external.ts";
import { startServer, type LoopbackServer } from "./server.ts";
import { onUsualPort } from "./usual-port.ts";

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 });
  makePrivate(options.dataFolder);
  const first = await lockOrRunning(options.dataFolder, "browser");
  if (!("lock" in first)) return showRunning(first, options);
  const { lock } = first;
  process.once("exit", () => lock.release());
  const logFile = openLogFile(options.dataFolder);
  logCrashes("end");
  log.info(
    "browser",
    `Jackdaw ${packageJson.version} starts, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
  );

  let server: LoopbackServer | null = null;
  const publish: Host["publish"] = (name, payload) => server?.publish(name, payload);
  const core = createCore(createBrowserHost({ ...options, version: packageJson.version, publish }));
  // The page loads while the store opens: `app.start` waits for the store, the page does not.
  const started = core.start();
  const { end } = createShutdown(
    async (impatient) => {
      await core.stop(impatient);
      await server?.close();
    },
    (code) => {
      log.info("browser", "Jackdaw ends");
      logFile.close();
      process.exit(code);
    },
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => end());
  try {
    server = await serve();
    lock.announce(server.port);
    await show(() => Promise.resolve(server!.address()), options);
    await started;
  } catch (error) {
    couldNotStart(error);
    // The store may be open: its worker must end before the process does.
    end(1);
  }

  function serve(): Promise<LoopbackServer> {
    return onUsualPort(options.dataFolder, options.port, (port) =>
      startServer({
        port,
        pageFolder: join(import.meta.dirname, "..", "renderer"),
        bridgeFile: join(import.meta.dirname, "bridge.js"),
        dispatch: createDispatch(core.handlers),
        launchSecret: lock.secret,
      }),
    );
  }
}

/**
 * The opened page gets its own token, so that the printed address stays valid for the user. An `xmpp:` address goes to
 * the opened page, or into the printed address if none is opened.
 */
async function show(address: () => Promise<string>, options: Arguments): Promise<void> {
  const asking = async (): Promise<string> =>
    (await address()) + (options.uri === null ? "" : `&uri=${encodeURIComponent(options.uri)}`);
  console.log(`Jackdaw: ${await (options.open ? address() : asking())}`);
  if (!options.open) return;
  await openPage(await asking(), options.appWindow).catch(() =>
    console.log("No browser was found; open this address yourself."),
  );
}

/** Another process holds the data folder: show its window instead. */
async function showRunning(other: Exclude<FirstOrSecond, { lock: Lock }>, options: Arguments): Promise<void> {
  if ("running" in other) {
    console.log("Jackdaw is already running on this data folder.");
    return show(other.address, options);
  }
  const holder = other.silent === null ? "" : ` (process ${other.silent.pid})`;
  if (other.silent?.host === "desktop")
    console.error(
      `The desktop program of Jackdaw is running on this data folder${holder}. Use its window, or quit it first.`,
    );
  else console.error(`Jackdaw is already running on this data folder${holder}, and does not answer.`);
  process.exitCode = 1;
}

/** The folder holds keys and messages, but a folder that the user created may be open to others. */
function makePrivate(folder: string): void {
  if (process.platform !== "win32") chmodSync(folder, 0o700);
}

function couldNotStart(error: unknown): void {
  log.error("browser", "Jackdaw could not start", error);
  console.error(error instanceof Error ? error.message : error);
}

main().catch((error: unknown) => {
  couldNotStart(error);
  if ((error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")) console.error(usage);
  process.exit(1);
});
