/** What the user set for the whole program; a setting that was never changed has its default. */
import type { Settings } from "../../shared/model/settings.ts";
import type { Connection } from "./connection.ts";

export interface SettingsTable {
  get(): Settings;
  set(settings: Settings): null;
}

/** @param defaults what counts where nothing was stored, and which names there are */
export function settingsTable({ rows, command }: Connection, defaults: Settings): SettingsTable {
  const all = rows<{ name: string; value: string }>("SELECT name, value FROM settings");
  const put = command(
    "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  return {
    get() {
      const settings: Record<string, unknown> = { ...defaults };
      for (const { name, value } of all.all()) if (name in settings) settings[name] = JSON.parse(value);
      return settings as Settings;
    },
    set(settings) {
      for (const [name, value] of Object.entries(settings)) put.run(name, JSON.stringify(value));
      return null;
    },
  };
}
