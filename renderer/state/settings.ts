/** The user's settings, kept by the core. */
import { create } from "zustand";
import type { Settings } from "../../shared/model/settings.ts";
import { call, errorCodeOf, on } from "./ipc.ts";
import { showError } from "./toasts.ts";

interface SettingsState {
  settings: Settings;
}

export const useSettings = create<SettingsState>()(() => ({
  // What counts until the core has answered; the core's own defaults are the same.
  settings: {
    theme: "system",
    language: "system",
    enterSends: true,
    textSize: "normal",
    sendReceipts: true,
    sendReadMarkers: true,
    answerStrangers: false,
    syncRead: true,
    encryptByDefault: true,
  },
}));

/** Changes one or more settings: shown at once, taken back when the core refuses. */
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
