/**
 * An ejabberd of our own: private folders, free ports on loopback, a throw-away certificate, in the foreground. It is
 * the server for what Prosody 0.12 does not offer: SCRAM-SHA-256 and -512, and channel binding.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeCertificate } from "./certificates.ts";
import { answers, freePorts } from "./ports.ts";
import { howEnded } from "./spawn-bound.ts";

const run = promisify(execFile);

export interface Ejabberd {
  readonly domain: "localhost";
  readonly port: number;
  readonly directTlsPort: number;
  readonly certificatePath: string;
  readonly certificateFingerprint: string;
  readonly folder: string;
  readonly log: string;
  readonly pidFile: string;
  /** Settles when the server ends by itself, with how it ended. */
  readonly ended: Promise<string>;
  register(user: string, password: string): Promise<void>;
  /** A message that the server makes of these texts as they are (`send_message` of mod_admin_extra). */
  sendMessage(type: string, from: string, to: string, subject: string, body: string): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

interface EjabberdOptions {
  tls13?: boolean;
  register?: string;
  global?: string;
  captcha?: string;
  component?: { port: number; domain: string; secret: string };
  uploads?: { mostBytes: number };
}

/** Stack of a scheduler thread of Erlang, in kilowords; the most that it takes. */
const SCHEDULER_STACK = 8192;

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach(endGroup));

/** The script and the machine below it are one group, and nobody else is in it. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * Whom ejabberd runs as where we are root. Its script would change to that user through `su`, which puts the machine
 * into a session of its own, out of our reach; so we start the script as that user.
 */
async function ownUser(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const { stdout } = await run("getent", ["passwd", "ejabberd"]);
  const [, , uid, gid] = stdout.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * @param options.tls13 false: nothing newer than TLS 1.2, where its channel binding (`tls-unique`) is defined
 * @param options.register options of `mod_register`, as YAML; without, no accounts are made over XMPP
 * @param options.global lines for the top of the configuration
 * @param options.component a component (XEP-0114) that may connect
 * @param options.uploads an upload service (XEP-0363), which takes files of so many bytes by https
 * @param options.captcha a script that makes pictures: gets the text, writes a picture
 * @throws when ejabberd is not installed, or does not come up within a minute
 */
export async function startEjabberd({
  tls13 = true,
  register,
  global = "",
  captcha,
  component,
  uploads,
}: EjabberdOptions = {}): Promise<Ejabberd> {
  const folder = await mkdtemp(join(tmpdir(), "jackdaw-ejabberd-"));
  await Promise.all(["logs", "spool", "certs"].map((name) => mkdir(join(folder, name))));
  const certificate = makeCertificate(join(folder, "certs"), ["localhost"]);
  const pem = join(folder, "certs", "both.pem");
  await writeFile(
    pem,
    (await readFile(certificate.certificatePath, "utf8")) + (await readFile(certificate.keyPath, "utf8")),
  );
  const [port, directTlsPort, distribution, httpsPort] = (await freePorts(4)) as [number, number, number, number];
  const config = join(folder, "ejabberd.yml");
  await writeFile(
    config,
    `hosts: [localhost]
loglevel: info
certfiles: [${pem}]
auth_password_format: plain
c2s_protocol_options: [no_sslv3, no_tlsv1, no_tlsv1_1${tls13 ? "" : ", no_tlsv1_3"}]
disable_sasl_mechanisms: [x-oauth2, digest-md5]
listen:
  - { port: ${port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: true, starttls_required: true, max_stanza_size: 262144, access: c2s }
  - { port: ${directTlsPort}, ip: "127.0.0.1", module: ejabberd_c2s, tls: true, max_stanza_size: 262144, access: c2s }
${component === undefined ? "" : `  - { port: ${component.port}, ip: "127.0.0.1", module: ejabberd_service, hosts: { ${component.domain}: { password: ${component.secret} } } }`}
${uploads === undefined ? "" : `  - { port: ${httpsPort}, ip: "127.0.0.1", module: ejabberd_http, tls: true, request_handlers: { /upload: mod_http_upload } }`}
${captcha === undefined ? "" : `captcha_cmd: ${join(folder, "captcha.sh")}`}
${global}
access_rules: { c2s: { allow: all } }
modules:
  mod_admin_extra: {}
  mod_caps: {}
  mod_disco: {}
  mod_ping: {}
  mod_roster: { versioning: true }
  mod_stream_mgmt: { resend_on_timeout: if_offline }
  mod_offline: {}
  mod_mam: { default: always, assume_mam_usage: true }
  mod_carboncopy: {}
  mod_client_state: {}
  mod_pubsub: { plugins: [flat, pep] }
  mod_muc: { host: conference.localhost, default_room_options: { mam: true } }
  mod_private: {}
  mod_vcard: {}
${uploads === undefined ? "" : `  mod_http_upload: { docroot: ${join(folder, "spool")}/upload, put_url: "https://localhost:${httpsPort}/upload", max_size: ${uploads.mostBytes}, access: all }`}
${register === undefined ? "" : `  mod_register: { ${register} }`}
`,
  );
  if (captcha !== undefined) await writeFile(join(folder, "captcha.sh"), captcha, { mode: 0o755 });
  const control = join(folder, "ejabberdctl.cfg");
  // Nested XML is handled by recursion on this stack; with the usual size, 5,000 levels end the server (SIGSEGV).
  const stack = `ERL_OPTIONS="+sss ${SCHEDULER_STACK}"`;
  await writeFile(control, `ERL_DIST_PORT=${distribution}\nINET_DIST_INTERFACE=127.0.0.1\n${stack}\n`);
  const user = await ownUser();
  if (user !== null) {
    const all = [
      "",
      "logs",
      "spool",
      "certs",
      "certs/both.pem",
      "ejabberd.yml",
      "ejabberdctl.cfg",
      ...(captcha === undefined ? [] : ["captcha.sh"]),
    ];
    await Promise.all(all.map((name) => chown(join(folder, name), user.uid, user.gid)));
    await chmod(folder, 0o755);
  }
  const node = `jackdaw${process.pid}x${port}@localhost`;
  const common = [
    "--config-dir",
    folder,
    "--config",
    config,
    "--ctl-config",
    control,
    "--logs",
    join(folder, "logs"),
    "--spool",
    join(folder, "spool"),
    "--node",
    node,
  ];
  const pidFile = join(folder, "ejabberd.pid");
  const env = { ...process.env, ERL_EPMD_ADDRESS: "127.0.0.1", HOME: folder, EJABBERD_PID_PATH: pidFile };
  const options = { env, cwd: folder, ...user };
  const child = spawn("ejabberdctl", [...common, "foreground"], { ...options, stdio: "ignore", detached: true });
  running.add(child);
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => running.delete(child) && resolve(howEnded(code, signal)));
  });
  let failure: Error | null = null;
  child.once("error", (error) => (failure = error));
  const until = Date.now() + 60_000;
  while (!(await answers(directTlsPort)) || !(await answers(port))) {
    if (failure !== null) throw new Error("ejabberd is not installed: apt-get install ejabberd", { cause: failure });
    if (child.exitCode !== null || Date.now() > until)
      throw new Error(`ejabberd did not start: ${await logOf(folder)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    domain: "localhost",
    port,
    directTlsPort,
    certificatePath: certificate.certificatePath,
    certificateFingerprint: certificate.fingerprint,
    folder,
    log: logPath(folder),
    pidFile,
    ended,
    async register(name, password) {
      await run("ejabberdctl", [...common, "register", name, "localhost", password], options);
    },
    async sendMessage(...parts) {
      await run("ejabberdctl", [...common, "send_message", ...parts], options);
    },
    async remove() {
      running.delete(child);
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.once("exit", resolve));
        endGroup(child);
        await gone;
      }
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const logPath = (folder: string): string => join(folder, "logs", "ejabberd.log");
const logOf = (folder: string): Promise<string> => readFile(logPath(folder), "utf8").catch(() => "no log");
