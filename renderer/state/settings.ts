/** The user's settings, kept by the core. */
import { create } from "zustand";
import { DEFAULT_SETTINGS } from "../../shared/defaults.ts";
import type { Settings } from "../../shared/model/settings.ts";
import { errorCodeOf } from "../call-failed.ts";
import { call, on } from "./ipc.ts";
import { showError } from "./toasts.ts";

interface SettingsState {
  settings: Settings;
}

export const useSettings = create<SettingsState>()(() => ({
  // Until the core has answered.
  settings: DEFAULT_SETTINGS,
}));

/** Changes settings: shown at once, undone if the core refuses. */
export async function changeSettings(change: Partial<Settings>): Promise<void> {
  const before = useSettings.getState().settings;
  useSettings.setState({ settings: { ...before, ...change } });
  try {
    useSettings.setState({ settings: await call("settings.change", change) });
  } catch (error) {
    useSettings.setState({ settings: before });
    showError(errorCodeOf(error));
  }
}

/** Follows the core. @returns a function that ends it */
export const followSettings = (): (() => void) =>
  on("settings.changed", (settings) => useSettings.setState({ settings }));
