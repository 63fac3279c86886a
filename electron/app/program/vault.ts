/**
 * The store of the program and its key: opens it, and offers remedies if that fails. A file that cannot be opened is
 * never changed; "start afresh" moves it aside together with its key.
 */
import { hkdfSync, randomBytes } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { StoreStatus } from "../../../shared/model/store-status.ts";
import {
  StoreError,
  type OpenStore,
  type ReadName,
  type Reads,
  type Store,
  type WriteOp,
} from "../../store/contract/index.ts";
import { fallback, log } from "../../log/log.ts";
import { isNotWritable } from "../errors.ts";
import { CommandError, type Host } from "../host.ts";

const KEY_NAME = "store-key";
/** Interval of write attempts while the store is not writable, ms. */
const PROBE_MS = 5_000;

export interface Vault extends Store {
  readonly status: StoreStatus;
  /** Opens the store with the key of the secret box; the outcome is in `status`. */
  open(): Promise<StoreStatus>;
  /** Opens the store with a key entered by the user, and saves the key if it is correct. @throws {CommandError} */
  restore(recoveryKey: string): Promise<StoreStatus>;
  startAfresh(): Promise<StoreStatus>;
  /** The key as 64 hex digits in groups of eight. */
  recoveryKey(): Promise<string>;
  /** The key for data that the window stores, base64; null while the store is locked. */
  cacheKey(): string | null;
}

interface VaultPorts {
  host: Pick<Host, "dataFolder" | "secretBox">;
  openStore: OpenStore;
  /** Moves the database files aside; resolves to the new path. */
  moveAside: (path: string) => Promise<string>;
  onStatus: (status: StoreStatus) => void;
}

const exists = (path: string): Promise<boolean> =>
  access(path)
    .then(() => true)
    .catch(fallback(false, "app", "there is no store yet"));

const hex = (key: Uint8Array): string => Buffer.from(key).toString("hex");

/** Creates the vault without opening the store. */
export function createVault({ host, openStore, moveAside, onStatus }: VaultPorts): Vault {
  const path = join(host.dataFolder, "jackdaw.db");
  let status: StoreStatus = { state: "opening" };
  let store: Store | null = null;
  let key: Uint8Array | null = null;
  let probe: NodeJS.Timeout | null = null;

  function setStatus(next: StoreStatus): StoreStatus {
    if (JSON.stringify(next) !== JSON.stringify(status)) {
      status = next;
      onStatus(next);
    }
    return next;
  }

  function locked(error: unknown): StoreStatus {
    const code = error instanceof StoreError ? error.code : "io";
    const reason = code === "wrong-key" || code === "damaged" || code === "newer" ? code : "io";
    const detail = error instanceof Error ? error.message.slice(0, 512) : "";
    return setStatus({ state: "locked", reason, path, detail });
  }

  async function openWith(candidate: Uint8Array): Promise<StoreStatus> {
    store = await openStore({ path, key: candidate });
    key = candidate;
    return setStatus({ state: "ready" });
  }

  async function open(): Promise<StoreStatus> {
    if (store !== null) {
      if (status.state === "not-writable") await tryWriting();
      return status;
    }
    try {
      const kept = await host.secretBox.load(KEY_NAME);
      if (kept !== null) return await openWith(kept);
      if (await exists(path)) return setStatus({ state: "locked", reason: "key-lost", path, detail: "" });
      const fresh = randomBytes(32);
      // The key is saved before the file exists: a crash in between leaves an unused key, never a file without its key.
      await host.secretBox.save(KEY_NAME, fresh);
      return await openWith(fresh);
    } catch (error) {
      return locked(error);
    }
  }

  async function restore(recoveryKey: string): Promise<StoreStatus> {
    if (store !== null) return status;
    const digits = recoveryKey.replace(/[\s-]/g, "").toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(digits)) throw new CommandError("bad-recovery-key", "not 64 hex digits");
    const candidate = Buffer.from(digits, "hex");
    try {
      await openWith(candidate);
    } catch (error) {
      if (error instanceof StoreError && error.code === "wrong-key") {
        throw new CommandError("bad-recovery-key", "the key does not fit this store");
      }
      return locked(error);
    }
    await host.secretBox.save(KEY_NAME, candidate);
    return status;
  }

  async function startAfresh(): Promise<StoreStatus> {
    if (store !== null) return status;
    const kept = await host.secretBox
      .load(KEY_NAME)
      .catch(fallback(null, "app", "the key of the old store cannot be read", "warn"));
    if (await exists(path)) {
      const aside = await moveAside(path);
      if (kept !== null) await host.secretBox.save(`${KEY_NAME}-of-${aside.split(/[\\/]/).pop()!}`, kept);
    }
    const fresh = randomBytes(32);
    await host.secretBox.save(KEY_NAME, fresh);
    try {
      return await openWith(fresh);
    } catch (error) {
      return locked(error);
    }
  }

  function opened(): Store {
    if (store === null) throw new CommandError("store-locked", "the store is not open", true);
    return store;
  }

  function notWritable(error: StoreError): void {
    setStatus({ state: "not-writable", reason: error.code as "full" | "read-only" | "io" });
    probe ??= setInterval(() => void tryWriting(), PROBE_MS).unref();
  }

  /** Writes the unchanged settings: the smallest real write. */
  async function tryWriting(): Promise<void> {
    try {
      await write({ op: "settings.set", args: await opened().read("settings.get", {}) });
    } catch (error) {
      log.debug("app", "the store still cannot be written to", error);
    }
  }

  const write: Store["write"] = async (...ops) => {
    try {
      const results = await opened().write(...(ops as readonly WriteOp[] as typeof ops));
      if (status.state === "not-writable") {
        if (probe !== null) clearInterval(probe);
        probe = null;
        setStatus({ state: "ready" });
      }
      return results;
    } catch (error) {
      if (isNotWritable(error)) notWritable(error);
      throw error;
    }
  };

  return {
    get status() {
      return status;
    },
    open,
    restore,
    startAfresh,
    async recoveryKey() {
      opened();
      return hex(key!).match(/.{8}/g)!.join(" ");
    },
    cacheKey() {
      if (key === null) return null;
      return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), "jackdaw window cache", 32)).toString("base64");
    },
    async read<N extends ReadName>(name: N, args: Parameters<Reads[N]>[0]) {
      return opened().read(name, args);
    },
    write,
    async close() {
      if (probe !== null) clearInterval(probe);
      probe = null;
      await store?.close();
      store = null;
    },
  };
}
