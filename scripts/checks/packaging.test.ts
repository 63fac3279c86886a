/** Checks of the packages that work without Electron's binary: the configuration is valid and names existing files. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const project = join(import.meta.dirname, "..", "..");
const require = createRequire(import.meta.url);
const { getConfig, validateConfiguration } = require("app-builder-lib/out/util/config/config.js") as {
  getConfig(folder: string, path: string | null, given: null): Promise<Record<string, unknown>>;
  validateConfiguration(config: unknown, logger: { isEnabled: boolean; add(): void }): Promise<void>;
};
const { LinuxTargetHelper } = require("app-builder-lib/out/targets/LinuxTargetHelper.js") as {
  LinuxTargetHelper: { prototype: { computeDesktopEntry(this: object, options: unknown): Promise<string> } };
};
const logger = { isEnabled: false, add: () => undefined };
const config = () => getConfig(project, join(project, "electron-builder.yml"), null);

describe("packaging", () => {
  it("the packaging configuration is valid for electron-builder's schema, which refuses unknown keys", async () => {
    await expect(validateConfiguration(await config(), logger)).resolves.toBeUndefined();
    await expect(validateConfiguration({ ...(await config()), unheardOf: true }, logger)).rejects.toThrow(/unheardOf/);
  });

  it("packaging builds for three systems, registers xmpp links, and sets the Electron fuses", async () => {
    const made = await config();
    expect(made).toMatchObject({
      linux: { target: ["AppImage", "deb", "rpm"] },
      mac: { target: ["dmg"] },
      win: { target: ["nsis"] },
      protocols: [{ schemes: ["xmpp"] }],
      electronFuses: {
        runAsNode: false,
        enableNodeOptionsEnvironmentVariable: false,
        enableNodeCliInspectArguments: false,
        enableEmbeddedAsarIntegrityValidation: true,
        onlyLoadAppFromAsar: true,
      },
    });
  });

  it("xmpp: URIs: the desktop entry passes a link behind `--`, so that it cannot be a switch", async () => {
    const made = await config();
    const about = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { desktopName: string };
    const packager = {
      executableName: "jackdaw",
      appInfo: { sanitizedProductName: "Jackdaw", productName: "Jackdaw" },
      info: { metadata: about },
      fileAssociations: [],
      config: made,
      platformSpecificBuildOptions: made["linux"],
    };
    const helper = Object.assign(Object.create(LinuxTargetHelper.prototype) as typeof LinuxTargetHelper.prototype, {
      packager,
      getDescription: () => "",
    });
    const entry = await helper.computeDesktopEntry(made["linux"]);
    expect(entry).toMatch(/^Exec=\/opt\/Jackdaw\/jackdaw -- %u$/m);
    expect(entry).toMatch(/^MimeType=x-scheme-handler\/xmpp;$/m);
    // `setAsDefaultProtocolClient` registers this name with the desktop.
    expect(about.desktopName).toBe("jackdaw.desktop");
  });

  it("the packaging configuration names existing files", async () => {
    const about = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { main: string };
    expect(about.main).toBe("dist/electron/main.js");
    for (const file of [
      "assets/icon.svg",
      "assets/icon.png",
      "assets/tray.png",
      "node_modules/@signalapp/sqlcipher/prebuilds",
    ]) {
      expect(existsSync(join(project, file)), file).toBe(true);
    }
  });
});
