/**
 * A private Prosody on loopback: own folder, own ports, own certificate, gone with the process that started it.
 * Used by integration and end-to-end tests and by the demo.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash, createHmac, pbkdf2Sync, randomUUID } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localCertificate, type TestCertificate } from "./certificates.ts";
import { freePorts } from "./ports.ts";
import { copySasl2Modules, prosodyConfig, type ProsodyPorts, type ProsodyWishes } from "./prosody-config.ts";

export interface ProsodyOptions extends ProsodyWishes {
  /** User name (local part) to password. */
  accounts?: Readonly<Record<string, string>>;
  /** Self-signed for localhost unless told. */
  certificate?: TestCertificate;
}

export interface Prosody {
  readonly domain: "localhost";
  /** STARTTLS. */
  readonly port: number;
  readonly directTlsPort: number;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** SHA-256 of the DER, 64 lower-case hex digits. */
  readonly certificateFingerprint: string;
  readonly certificatePath: string;
  /** The certificate as PEM. */
  readonly certificate: string;
  /** Holds the configuration, the log and the data. */
  readonly folder: string;
  readonly logPath: string;
  /** Makes an account, or gives an existing one a new password; the running server knows it at once. */
  register(user: string, password: string): Promise<void>;
  /** Ends it in order; its data stay. Settles when the process is gone. */
  halt(): Promise<void>;
  /** Ends it at once, without a word to its clients; its data stay. */
  kill(): Promise<void>;
  /** Ends it in order if it runs, and starts it again with the same ports and data. */
  restart(options?: { certificate?: TestCertificate }): Promise<void>;
  /** Ends it and deletes its folder. */
  stop(): Promise<void>;
}

/** Folders and processes that must not outlive this process, whatever ends it. */
const living = new Set<{ child: ChildProcess | null; folder: string }>();
let watching = false;

function cleanUpOnExit(): void {
  if (watching) return;
  watching = true;
  process.on("exit", () => {
    for (const { child, folder } of living) {
      child?.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Starts a Prosody and settles when it answers. @throws with a sentence when Prosody is not installed */
export async function startProsody(options: ProsodyOptions = {}): Promise<Prosody> {
  const folder = await mkdtemp(join(tmpdir(), "jackdaw-prosody-"));
  const entry: { child: ChildProcess | null; folder: string } = { child: null, folder };
  living.add(entry);
  cleanUpOnExit();
  const certificatePath = join(folder, "certs", "localhost.crt");
  const configPath = join(folder, "prosody.cfg.lua");
  const logPath = join(folder, "prosody.log");
  let certificate = options.certificate ?? (await localCertificate());

  async function writeCertificate(): Promise<void> {
    await writeFile(certificatePath, certificate.certificate);
    await writeFile(join(folder, "certs", "localhost.key"), certificate.key, { mode: 0o600 });
  }

  for (const name of ["data", "certs", "modules"]) await mkdir(join(folder, name));
  if (options.sasl2 === true) await copySasl2Modules(folder);
  await writeCertificate();
  for (const [user, password] of Object.entries(options.accounts ?? {})) {
    await writeAccount(folder, user, password, options.sha256 === true);
  }

  let ports: ProsodyPorts = { c2s: 0, directTls: 0, http: 0, https: 0 };
  async function drawPorts(): Promise<void> {
    const [c2s = 0, directTls = 0, http = 0, https = 0] = await freePorts(4);
    ports = { c2s, directTls, http, https };
    await writeFile(configPath, prosodyConfig(folder, ports, options));
  }

  async function launch(): Promise<boolean> {
    await rm(logPath, { force: true });
    const child = spawnBound("prosody", ["-F", "--config", configPath]);
    entry.child = child;
    let output = "";
    child.stdout?.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr?.on("data", (data: Buffer) => (output += data.toString()));
    const failed = new Promise<never>((_, reject) => {
      child.once("error", (error: NodeJS.ErrnoException) =>
        reject(error.code === "ENOENT" ? new Error(MISSING) : error),
      );
      child.once("exit", (code) => reject(new Error(`${code === 127 ? MISSING : "prosody ended"}: ${output}`)));
    });
    failed.catch(() => undefined);
    const answering = Promise.all(Object.values(ports).map((port) => untilAnswering(port, child)));
    await Promise.race([answering, failed]);
    // A port that somebody else took meanwhile answers too; only the log tells.
    const log = existsSync(logPath) ? await readFile(logPath, "utf8") : "";
    return !/Failed to open server port/i.test(log);
  }

  async function end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = entry.child;
    entry.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill(signal);
    // Prosody waits for its clients to close; those that never do must not hold up a test.
    const patience = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await gone;
    clearTimeout(patience);
  }

  try {
    await drawPorts();
    for (let tries = 0; !(await launch()); tries++) {
      if (tries === 5) throw new Error("found no free ports for prosody");
      await end("SIGKILL");
      await drawPorts();
    }
  } catch (error) {
    await end("SIGKILL");
    living.delete(entry);
    await rm(folder, { recursive: true, force: true });
    throw error;
  }

  return {
    domain: "localhost",
    port: ports.c2s,
    directTlsPort: ports.directTls,
    httpPort: ports.http,
    httpsPort: ports.https,
    get certificateFingerprint() {
      return certificate.fingerprint;
    },
    get certificate() {
      return certificate.certificate;
    },
    certificatePath,
    folder,
    logPath,
    register: (user, password) => writeAccount(folder, user, password, options.sha256 === true),
    halt: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    async restart(change = {}) {
      await end("SIGTERM");
      if (change.certificate !== undefined) certificate = change.certificate;
      await writeCertificate();
      if (!(await launch())) throw new Error("another process took prosody's port");
    },
    async stop() {
      await end("SIGTERM");
      living.delete(entry);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const MISSING = "prosody is missing: install it (Debian: apt-get install prosody prosody-modules)";

/** Starts a process that the kernel ends with us where it can (`setpriv`); elsewhere the exit handler does. */
function spawnBound(command: string, args: string[]): ChildProcess {
  const bound = existsSync("/usr/bin/setpriv");
  return bound
    ? spawn("/usr/bin/setpriv", ["--pdeathsig", "KILL", command, ...args], { stdio: ["ignore", "pipe", "pipe"] })
    : spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
}

async function untilAnswering(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/**
 * Writes what `prosodyctl register` would: a hundred times faster, and the running server reads it at each login.
 * The keys are those of SCRAM (RFC 5802 §3).
 */
async function writeAccount(folder: string, user: string, password: string, sha256: boolean): Promise<void> {
  const hash = sha256 ? "sha256" : "sha1";
  const salt = randomUUID();
  const iterations = 10_000;
  const salted = pbkdf2Sync(password, salt, iterations, sha256 ? 32 : 20, hash);
  const sign = (text: string): Buffer => createHmac(hash, salted).update(text).digest();
  const storedKey = createHash(hash).update(sign("Client Key")).digest("hex");
  const accounts = join(folder, "data", "localhost", "accounts");
  await mkdir(accounts, { recursive: true });
  // Prosody's file names: everything but letters and digits as %xx.
  const name = [...Buffer.from(user)]
    .map((byte) => (/[A-Za-z0-9]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : hexEscape(byte)))
    .join("");
  const record = `return {
["iteration_count"] = ${iterations}; ["salt"] = "${salt}";
["stored_key"] = "${storedKey}"; ["server_key"] = "${sign("Server Key").toString("hex")}";
};
`;
  await writeFile(join(accounts, `${name}.dat`), record);
}

const hexEscape = (byte: number): string => `%${byte.toString(16).padStart(2, "0")}`;
