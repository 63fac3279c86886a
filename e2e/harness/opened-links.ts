/** Replaces the desktop's `xdg-open` by a script that records what it was asked to open. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface OpenedLinks {
  /** Folder to put first in the host's PATH. */
  readonly folder: string;
  /** Everything opened so far. */
  all(): string[];
  remove(): void;
}

export function watchOpenedLinks(): OpenedLinks {
  const folder = mkdtempSync(join(tmpdir(), "jackdaw-opener-"));
  const log = join(folder, "opened");
  writeFileSync(log, "");
  const program = join(folder, "xdg-open");
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\n`);
  chmodSync(program, 0o755);
  return {
    folder,
    all: () => readFileSync(log, "utf8").split("\n").filter(Boolean),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
