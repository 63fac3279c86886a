/** The settings of the program; a setting that was never changed has its default. */
import type { Settings } from "../../../shared/model/settings.ts";
import type { Connection } from "../engine/connection.ts";

export interface SettingsTable {
  get(): Settings;
  set(settings: Settings): null;
}

/** @param defaults values of unchanged settings; its keys are the known settings */
export function settingsTable({ rows, command }: Connection, defaults: Settings): SettingsTable {
  const all = rows<{ name: string; value: string }>("SELECT name, value FROM settings");
  const put = command(
    "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  return {
    get() {
      const kept = new Map(all.all().map(({ name, value }) => [name, value]));
      return Object.fromEntries(
        Object.entries(defaults).map(([name, usual]): [string, unknown] => {
          const value = kept.get(name);
          return [name, value === undefined ? usual : JSON.parse(value)];
        }),
      ) as Settings;
    },
    set(settings) {
      for (const [name, value] of Object.entries(settings)) put.run(name, JSON.stringify(value));
      return null;
    },
  };
}
