/**
 * What the window loads from the core when it starts: the host, the store's status, the accounts, the settings, and the
 * key for the window's own data.
 */
import { create } from "zustand";
import type { StoreStatus } from "../../../shared/model/store-status.ts";
import { followAccounts, useAccounts } from "./accounts.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { call, on, onEnd } from "../ipc.ts";
import { useNavigation } from "../navigation.ts";
import { followSettings, useSettings } from "../settings.ts";
import { followUris } from "../uri.ts";
import type { ErrorCode } from "../../../shared/ipc/index.ts";

interface Session {
  /** `starting` until the core has answered; `failed` if it could not; `ended`: this page's session is over. */
  phase: "starting" | "ready" | "failed" | "ended";
  error: ErrorCode | null;
  version: string;
  host: "desktop" | "browser";
  /** As `process.platform` of the core: `darwin`, `linux`, `win32` … */
  platform: string;
  /** BCP 47 tag of the host's language. */
  locale: string;
  store: StoreStatus;
  /** 32 bytes, base64: the key for the window's own cache. Null while the store is locked. */
  cacheKey: string | null;
}

export const useSession = create<Session>()(() => ({
  phase: "starting",
  error: null,
  version: "",
  host: "desktop",
  platform: "",
  locale: "en",
  store: { state: "opening" },
  cacheKey: null,
}));

/** True if messages and contacts can be read. */
export const isOpen = (store: StoreStatus): boolean => store.state === "ready" || store.state === "not-writable";

/** Loads everything from the core; again after the store was unlocked. Never throws: see `phase`. */
export async function loadSession(): Promise<void> {
  try {
    const { settings, accounts, ...rest } = await call("app.start", {});
    useSettings.setState({ settings });
    useAccounts.setState({ accounts });
    useSession.setState({ ...rest, phase: "ready", error: null });
  } catch (error) {
    if (useSession.getState().phase !== "ended") useSession.setState({ phase: "failed", error: errorCodeOf(error) });
  }
}

/** Applies a new status of the store; loads what could not be read before. */
export async function takeStatus(store: StoreStatus): Promise<void> {
  const unlocked = isOpen(store) && useSession.getState().cacheKey === null;
  if (unlocked) await loadSession();
  else useSession.setState({ store });
}

/** Subscribes first and loads then, so that no change is missed. @returns a function that ends it */
export function startSession(): () => void {
  const ends = [
    followAccounts(),
    followSettings(),
    followUris(),
    on("store.changed", (status) => void takeStatus(status)),
    on("chat.requested", (key) => useNavigation.getState().open(key)),
    onEnd(() => useSession.setState({ phase: "ended" })),
  ];
  void loadSession();
  return () => ends.forEach((end) => end());
}
