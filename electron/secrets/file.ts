/**
 * The secret box of a host without a keyring: one file per secret in the data folder, readable by its user only. It
 * protects against other users of the machine, not against programs of the same user or against someone with access to
 * the disk.
 */
import { constants } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { SecretBox } from "../app/host.ts";

const MAX_SECRET = 64 * 1024;
/** Windows has no such permission bits; there the access list of the profile folder protects the file. */
const HAS_MODES = process.platform !== "win32";

/**
 * @param folder data folder of the program; exists
 * @throws on load if others can read the file: the user should know that it was exposed, and change the password
 */
export function createFileSecretBox(folder: string): SecretBox {
  const secrets = join(folder, "secrets");
  const pathOf = (name: string): string => {
    if (!/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(name))
      throw new Error(`no name for a secret: ${JSON.stringify(name)}`);
    return join(secrets, name.replaceAll(":", "-"));
  };

  return {
    async load(name) {
      const path = pathOf(name);
      const file = await open(path, constants.O_RDONLY | (HAS_MODES ? constants.O_NOFOLLOW : 0)).catch(
        (error: unknown) => {
          if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
          throw error;
        },
      );
      if (file === null) return null;
      try {
        const about = await file.stat();
        if (!about.isFile() || about.size > MAX_SECRET) throw new Error(`${path} is no key file`);
        if (HAS_MODES && (about.mode & 0o077) !== 0) {
          throw new Error(
            `${path} can be read by other users of this machine. Make it private (chmod 600) if you trust them, and start again.`,
          );
        }
        if (HAS_MODES && about.uid !== process.getuid?.()) throw new Error(`${path} belongs to another user`);
        return new Uint8Array(await file.readFile());
      } finally {
        await file.close();
      }
    },

    async save(name, secret) {
      const path = pathOf(name);
      await mkdir(secrets, { recursive: true, mode: 0o700 });
      const fresh = `${path}.${randomBytes(6).toString("hex")}.new`;
      try {
        const file = await open(fresh, "wx", 0o600);
        try {
          await file.writeFile(secret);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(fresh, path);
      } catch (error) {
        await rm(fresh, { force: true });
        throw error;
      }
      await syncFolder(secrets);
    },
  };
}

/** Makes the rename survive a power failure. Windows cannot open a folder for that. */
async function syncFolder(path: string): Promise<void> {
  if (!HAS_MODES) return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
