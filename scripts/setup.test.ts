/** Tests the set-up on machines that lack something, simulated by a PATH that leads nowhere else. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

const project = join(import.meta.dirname, "..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jackdaw-setup-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (path: string) => {
  const from = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/setup.mjs"], {
    cwd: project,
    env: { PATH: path },
    encoding: "utf8",
  });
  return { status, text: stdout + stderr, ms: performance.now() - from };
};

it("setup does nothing when everything is installed", () => {
  const { status, text } = run(process.env["PATH"]!);
  expect([status, text]).toEqual([0, "Everything is there.\n"]);
});

it("setup prints what to install when it cannot install it", () => {
  const { status, text } = run(folder);
  expect(status).toBe(1);
  expect(text).toMatch(/^Missing: the XMPP server Prosody, .*a Chromium browser/);
  expect(text).toMatch(/sudo apt-get install prosody .*chromium/);
});

// Other users would be asked for sudo, which cannot be simulated here.
const asRoot = process.getuid?.() === 0 ? it : () => undefined;
asRoot("setup installs only what is missing, and updates the package lists first when that fails", () => {
  const log = join(folder, "log");
  writeFileSync(
    join(folder, "apt-get"),
    `#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> '${log}'\n[ "$1" = update ] || [ -e '${folder}/updated' ] || exit 100\n`,
  );
  chmodSync(join(folder, "apt-get"), 0o755);
  for (const program of ["env", "cp", "rm", "sh", "openssl"]) {
    const path = ["/usr/bin", "/bin"].map((where) => join(where, program)).find(existsSync)!;
    symlinkSync(path, join(folder, program));
  }
  const first = run(folder);
  expect(first.status).toBe(1);
  expect(first.text).toContain("sudo apt-get install");
  const asked = readFileSync(log, "utf8").trim().split("\n");
  const install = asked.filter((line) => line.includes(" install "));
  expect(asked).toContain("noninteractive update -q");
  expect(asked.at(-1)).toBe(install[0]);
  expect(install[0]).toMatch(/^noninteractive install -y -q --no-install-recommends (.* )?prosody( .*)?chromium/);
  expect(install[0]).not.toContain("openssl");
  writeFileSync(join(folder, "updated"), "");
  expect(run(folder).status).toBe(0);
  expect(readFileSync(log, "utf8")).toMatch(/ profanity tmux$/m);
  // The policy that keeps Debian from starting the servers is removed.
  expect(existsSync(join(project, "node_modules", ".policy-rc.d"))).toBe(false);
});

asRoot("setup continues without optional programs and prints what is left out", () => {
  writeFileSync(join(folder, "apt-get"), '#!/bin/sh\ncase "$*" in *profanity*) exit 100;; esac\n');
  chmodSync(join(folder, "apt-get"), 0o755);
  for (const program of ["env", "cp", "rm", "sh"])
    symlinkSync(["/usr/bin", "/bin"].map((where) => join(where, program)).find(existsSync)!, join(folder, program));
  const { status, text } = run(folder);
  expect(status).toBe(0);
  expect(text).toContain("sudo apt-get install profanity tmux");
  expect(text).toContain("the tests against Profanity are left out");
});
