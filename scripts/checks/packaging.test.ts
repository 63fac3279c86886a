/** What can be known of the packages without Electron's binary: the configuration is valid and names real files. */
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
  it("is valid for electron-builder's own schema, which refuses what it does not know", async () => {
    await expect(validateConfiguration(await config(), logger)).resolves.toBeUndefined();
    await expect(validateConfiguration({ ...(await config()), unheardOf: true }, logger)).rejects.toThrow(/unheardOf/);
  });

  it("makes the packages of three systems, for xmpp links, with the fuses blown", async () => {
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

  it("xmpp: URIs: makes a desktop entry for them in which a link can be no switch", async () => {
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
    // What `setAsDefaultProtocolClient` tells the desktop is the name of that entry.
    expect(about.desktopName).toBe("jackdaw.desktop");
  });

  it("names files that are there", async () => {
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
