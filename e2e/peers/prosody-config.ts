/** The configuration of the test Prosody, and the repaired copy of its SASL2 modules. */
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface ProsodyPorts {
  c2s: number;
  directTls: number;
  http: number;
  https: number;
}

export interface ProsodyWishes {
  /** Offers SASL2, Bind2, FAST and inline stream management (XEP-0388, 0386, 0484, 0198). */
  sasl2?: boolean;
  /** `SCRAM-SHA-256` instead of `SCRAM-SHA-1`. */
  sha256?: boolean;
  /** Modules to leave out, such as `smacks`. */
  without?: readonly string[];
  /** More modules for the host. */
  modules?: readonly string[];
  /** Lua for the global section. */
  extraConfig?: string;
}

const MODULES = [
  "roster", "saslauth", "tls", "disco", "pep", "carbons", "mam", "smacks", "csi_simple", "blocklist", "bookmarks",
  "private", "vcard4", "vcard_legacy", "ping", "register_ibr", "websocket", "bosh", "time", "version", "uptime",
  "lastactivity", "offline", "invites", "invites_register", "invites_adhoc", "admin_adhoc", "admin_shell",
  "server_contact_info", "cloud_notify",
];
const SASL2 = ["sasl2", "sasl2_bind2", "sasl2_sm", "sasl2_fast"];
const PACKAGED = "/usr/lib/prosody/modules";

const list = (words: readonly string[]): string => `{ ${words.map((word) => `"${word}"`).join("; ")} }`;

/** The whole configuration file. The folder holds `data`, `certs` and `modules`. */
export function prosodyConfig(folder: string, ports: ProsodyPorts, wishes: ProsodyWishes): string {
  const left = new Set(wishes.without ?? []);
  const modules = [...MODULES, ...(wishes.sasl2 === true ? SASL2 : []), ...(wishes.modules ?? [])];
  const enabled = modules.filter((name) => !left.has(name));
  return `
${process.getuid?.() === 0 ? "run_as_root = true" : ""}
pidfile = "${folder}/prosody.pid"; data_path = "${folder}/data"; certificates = "${folder}/certs"
plugin_paths = { "${folder}/modules" }
log = { { levels = { min = "debug" }; to = "file"; filename = "${folder}/prosody.log" } }
interfaces = { "127.0.0.1" }
c2s_ports = { ${ports.c2s} }; c2s_direct_tls_ports = { ${ports.directTls} }
s2s_ports = {}; s2s_direct_tls_ports = {}
http_ports = { ${ports.http} }; http_interfaces = { "127.0.0.1" }
https_ports = { ${ports.https} }; https_interfaces = { "127.0.0.1" }
c2s_require_encryption = true; allow_unencrypted_plain_auth = false
authentication = "internal_hashed"; storage = "internal"; archive_expires_after = "never"
${wishes.sha256 === true ? 'password_hash = "SHA-256"' : ""}
ssl = { key = "${folder}/certs/localhost.key", certificate = "${folder}/certs/localhost.crt" }
https_ssl = ssl; c2s_direct_tls_ssl = ssl
modules_enabled = ${list(enabled)}
modules_disabled = { "s2s" }
allow_registration = true; registration_invite_only = false
default_archive_policy = true; smacks_hibernation_time = 300; limits = {}
consider_websocket_secure = true
${wishes.extraConfig ?? ""}
VirtualHost "localhost"
Component "conference.localhost" "muc"
  modules_enabled = { "muc_mam"; "vcard_muc" }; restrict_room_creation = false; muc_log_by_default = true
Component "upload.localhost" "http_file_share"
  http_host = "localhost"; http_external_url = "https://localhost:${ports.https}/"
  http_file_share_size_limit = 16*1024*1024
`;
}

/** What is wrong in Debian's packaged modules on Prosody 0.12.3: either line hangs every login. */
const MENDS: readonly (readonly [module: string, wrong: string, right: string])[] = [
  [
    "sasl2",
    "local info = origin.conn:ssl_info();",
    "local sock = origin.conn:socket(); local info = sock and sock.info and sock:info();",
  ],
  ["sasl2_fast", "jid.node(event.stream.from)", "event.stream and jid.node(event.stream.from)"],
];

/**
 * Copies the packaged SASL2 modules into `<folder>/modules` and mends them there.
 * @throws when they are not installed, or are no longer what the mends were made for
 */
export async function copySasl2Modules(folder: string): Promise<void> {
  await mkdir(join(folder, "modules"), { recursive: true });
  for (const name of SASL2) {
    const source = join(PACKAGED, `mod_${name}`);
    await cp(source, join(folder, "modules", `mod_${name}`), { recursive: true }).catch(() => {
      throw new Error(`${source} is missing: install prosody-modules (Debian: apt-get install prosody-modules)`);
    });
  }
  for (const [name, wrong, right] of MENDS) {
    const path = join(folder, "modules", `mod_${name}`, `mod_${name}.lua`);
    const text = await readFile(path, "utf8");
    if (!text.includes(wrong)) throw new Error(`mod_${name} is not the version that the test server can mend`);
    await writeFile(path, text.replace(wrong, right));
  }
}
