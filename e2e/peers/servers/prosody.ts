/**
 * A Prosody of our own: private folder, free ports on loopback, a throw-away certificate, in the foreground.
 * It dies with the process that started it.
 */
import { execFile, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeCertificate } from "./certificates.ts";
import { answers, freePorts } from "./ports.ts";
import { mendedSasl2Modules } from "./prosody-sasl2.ts";
import { endOf, howEnded, NOT_FOUND, spawnBound } from "./spawn-bound.ts";

const run = promisify(execFile);

export interface ProsodyOptions {
  /** Offer SASL2, Bind2 and FAST (from prosody-modules), beside plain SASL. */
  sasl2?: boolean;
  /** User names with their passwords, registered before the start. */
  accounts?: Record<string, string>;
  /** Lines for the global section of the configuration. */
  extraConfig?: string;
  /** What goes into the log; `debug` when left out. */
  log?: "debug" | "info";
  /** Modules to leave out, also of those that Prosody loads unasked. */
  without?: string[];
  /** Modules to load beside the usual ones. */
  with?: string[];
  /** Modules of the test's own, by name: their Lua. */
  modules?: Record<string, string>;
  /** More modules for the service of rooms, installed or of `modules`. */
  roomModules?: string[];
}

export interface Prosody {
  readonly domain: "localhost";
  readonly port: number;
  readonly directTlsPort: number;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly certificatePath: string;
  readonly certificateFingerprint: string;
  readonly folder: string;
  readonly log: string;
  readonly pidFile: string;
  /** Settles when the server ends by itself, with how it ended. */
  readonly ended: Promise<string>;
  register(user: string, password: string): Promise<void>;
  /** Ends it in order (clients get `system-shutdown`). The folder stays until `remove`. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on the same ports, after `stop` or `kill`, or stops it first. */
  restart(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

const MODULES = [
  "roster",
  "saslauth",
  "tls",
  "disco",
  "pep",
  "carbons",
  "mam",
  "smacks",
  "csi_simple",
  "blocklist",
  "bookmarks",
  "private",
  "vcard4",
  "vcard_legacy",
  "ping",
  "websocket",
  "bosh",
  "time",
  "version",
  "uptime",
  "lastactivity",
  "offline",
];
/** Not `sasl2_sm`: it calls what the `smacks` of Prosody 0.12 does not have, and every login hangs. */
const SASL2_MODULES = ["sasl2", "sasl2_bind2", "sasl2_fast"];

const lua = (text: string): string => JSON.stringify(text);

/** @throws when Prosody is not installed, or does not come up within 20 seconds */
export async function startProsody(options: ProsodyOptions = {}): Promise<Prosody> {
  const folder = await mkdtemp(join(tmpdir(), "jackdaw-prosody-"));
  await Promise.all(["data", "certs", "modules"].map((name) => mkdir(join(folder, name))));
  const certificate = makeCertificate(join(folder, "certs"), ["localhost", "conference.localhost", "upload.localhost"]);
  const [port, directTlsPort, httpPort, httpsPort] = (await freePorts(4)) as [number, number, number, number];
  const sasl2 = options.sasl2 === true;
  if (sasl2) await mendedSasl2Modules(join(folder, "modules"));
  const own = Object.entries(options.modules ?? {});
  await Promise.all(own.map(([name, source]) => writeFile(join(folder, "modules", `mod_${name}.lua`), source)));
  const modules = [
    ...MODULES,
    ...(sasl2 ? SASL2_MODULES : []),
    ...own.map(([name]) => name),
    ...(options.with ?? []),
  ].filter((name) => !options.without?.includes(name));
  const configPath = join(folder, "prosody.cfg.lua");
  const log = join(folder, "prosody.log");
  const pidFile = join(folder, "prosody.pid");
  await writeFile(
    configPath,
    `${process.getuid?.() === 0 ? "run_as_root = true" : ""}
pidfile = ${lua(pidFile)}; data_path = ${lua(join(folder, "data"))}; certificates = ${lua(join(folder, "certs"))}
plugin_paths = { ${lua(join(folder, "modules"))}, "/usr/lib/prosody/modules" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }; c2s_direct_tls_ports = { ${directTlsPort} }; s2s_ports = {}; s2s_direct_tls_ports = {}
http_ports = { ${httpPort} }; http_interfaces = { "127.0.0.1" }; https_ports = { ${httpsPort} }; https_interfaces = { "127.0.0.1" }
c2s_require_encryption = true; allow_unencrypted_plain_auth = false
authentication = "internal_hashed"; storage = "internal"; archive_expires_after = "never"
ssl = { key = ${lua(certificate.keyPath)}, certificate = ${lua(certificate.certificatePath)} }
modules_enabled = { ${modules.map(lua).join("; ")} }
modules_disabled = { ${["s2s", ...(options.without ?? [])].map(lua).join("; ")} }
default_archive_policy = true; smacks_hibernation_time = 300; limits = {}
consider_websocket_secure = true
log = { ${options.log ?? "debug"} = ${lua(log)} }
${options.extraConfig ?? ""}
VirtualHost "localhost"
Component "conference.localhost" "muc"
  modules_enabled = { ${["muc_mam", "vcard_muc", ...(options.roomModules ?? [])].map(lua).join("; ")} }; restrict_room_creation = false; muc_log_by_default = true
Component "upload.localhost" "http_file_share"
  http_host = "localhost"; http_external_url = "https://localhost:${httpsPort}/"; http_file_share_size_limit = 16*1024*1024
`,
  );

  let child: ChildProcess | null = null;
  let endedBySelf: (how: string) => void;
  const ended = new Promise<string>((resolve) => (endedBySelf = resolve));

  async function start(): Promise<void> {
    const output = createWriteStream(join(folder, "output.txt"), { flags: "a" });
    const started = spawnBound("prosody", ["-F", "--config", configPath]);
    started.stdout.pipe(output);
    started.stderr.pipe(output);
    child = started;
    let failure: Error | null = null;
    started.once("error", (error) => (failure = error));
    started.once("exit", (code, signal) => {
      if (child === started) endedBySelf(howEnded(code, signal));
      if (code === NOT_FOUND) failure = new Error("not found");
    });
    const until = Date.now() + 60_000;
    while (!(await answers(port)) || !(await answers(directTlsPort))) {
      if (failure !== null)
        throw new Error("prosody is not installed: apt-get install prosody prosody-modules", { cause: failure });
      if (started.exitCode !== null || Date.now() > until) {
        throw new Error(`prosody did not start:\n${await readFile(join(folder, "output.txt"), "utf8")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = null;
    if (ending !== null) await endOf(ending, signal);
  }

  const register = async (user: string, password: string): Promise<void> => {
    await run("prosodyctl", ["--config", configPath, "register", user, "localhost", password]);
  };
  await Promise.all(Object.entries(options.accounts ?? {}).map(([user, password]) => register(user, password)));
  await start();

  return {
    domain: "localhost",
    port,
    directTlsPort,
    httpPort,
    httpsPort,
    certificatePath: certificate.certificatePath,
    certificateFingerprint: certificate.fingerprint,
    folder,
    log,
    pidFile,
    ended,
    register,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    async restart() {
      await end("SIGTERM");
      await start();
    },
    async remove() {
      await end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
