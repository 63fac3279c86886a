/** The window of the demo: Electron if its binary is installed, else Chromium's app mode if there is a display. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Advanced } from "../shared/model/account.ts";
import type { Bridge } from "../shared/ipc/index.ts";
import { findChromium } from "./setup.mjs";

const project = join(import.meta.dirname, "..");

export interface DemoWindow {
  /** Resolves when the user closes it. */
  closed: Promise<unknown>;
  close(): Promise<void>;
}

/** @returns Electron's binary, or null: the package downloads it on its first start */
export function findElectron(): string | null {
  const folder = join(project, "node_modules", "electron");
  try {
    const path = join(folder, "dist", readFileSync(join(folder, "path.txt"), "utf8").trim());
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/** @param profile folder for the browser's profile */
export function showInChromium(address: string, profile: string): DemoWindow | null {
  const chromium = findChromium();
  const hasDisplay = process.platform !== "linux" || Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);
  if (chromium === null || !hasDisplay) return null;
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const args = [
    `--app=${address}`,
    `--user-data-dir=${profile}`,
    "--no-first-run",
    "--no-default-browser-check",
    "--window-size=1200,800",
  ];
  // In a group of its own: Ctrl+C in the terminal is for the demo, which closes the window.
  const child = spawn(chromium, [...asRoot, ...args], { stdio: "ignore", detached: true });
  const closed = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  return {
    closed,
    async close() {
      child.kill("SIGTERM");
      await closed;
    },
  };
}

interface Credentials {
  jid: string;
  password: string;
  advanced: Advanced;
  fingerprint: string;
}

/** Signs in through the bridge of the real window, with the same commands as its form. */
export async function showInElectron(
  executablePath: string,
  dataFolder: string,
  account: Credentials,
): Promise<DemoWindow> {
  const { _electron } = await import("playwright");
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const app = await _electron.launch({ executablePath, args: [...asRoot, project, `--data=${dataFolder}`] });
  const closed = new Promise<void>((resolve) => app.once("close", () => resolve()));
  const page = await app.firstWindow();
  await page.evaluate(async ({ jid, password, advanced, fingerprint }) => {
    const { jackdaw } = window as unknown as { jackdaw: Bridge };
    const pinned = new Promise<void>((resolve) => {
      const end = jackdaw.subscribe("accounts.changed", ({ changed }) => {
        const asked = changed.find((one) => one.jid === jid && one.connection.state === "stopped");
        if (asked === undefined) return;
        end();
        void jackdaw.invoke("account.pinCertificate", { account: asked.id, fingerprint }).then(() => resolve());
      });
    });
    const answer = await jackdaw.invoke("account.signIn", { jid, password, advanced });
    if (!answer.ok) throw new Error(answer.error.message);
    await pinned;
  }, account);
  return {
    closed,
    async close() {
      await app.close();
      await closed;
    },
  };
}
