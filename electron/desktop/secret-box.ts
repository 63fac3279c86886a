/**
 * Stores secrets in the system keyring through Electron's safeStorage. Without a keyring, Electron would "encrypt" with
 * a publicly known key; a file that only the user can read is used instead.
 */
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { SafeStorage } from "electron";
import type { SecretBox } from "../app/host.ts";
import { createFileSecretBox } from "../secrets/file.ts";

type Keyring = Pick<SafeStorage, "isEncryptionAvailable" | "encryptString" | "decryptString"> &
  Partial<Pick<SafeStorage, "getSelectedStorageBackend">>;

/** Whether the keyring gives real protection. */
export function isProtected(keyring: Keyring): boolean {
  if (!keyring.isEncryptionAvailable()) return false;
  const backend = process.platform === "linux" ? keyring.getSelectedStorageBackend?.() : undefined;
  return backend !== "basic_text" && backend !== "unknown";
}

export function createSecretBox(keyring: Keyring, folder: string): SecretBox {
  const files = createFileSecretBox(folder);
  const sealed = (name: string): string => join(folder, "secrets", `${encodeURIComponent(name)}.sealed`);

  return {
    async load(name) {
      const bytes = await readFile(sealed(name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return null;
        throw error;
      });
      // A secret stored without a keyring is in the file.
      if (bytes === null) return files.load(name);
      return Buffer.from(keyring.decryptString(bytes), "base64");
    },
    async save(name, secret) {
      if (!isProtected(keyring)) return files.save(name, secret);
      const path = sealed(name);
      await mkdir(join(folder, "secrets"), { recursive: true, mode: 0o700 });
      const file = await open(`${path}.new`, "w", 0o600);
      try {
        await file.writeFile(keyring.encryptString(Buffer.from(secret).toString("base64")));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
    },
  };
}
