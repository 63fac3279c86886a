/** Small texts that the rooms keep for an account, by name: tokens, the strongest mechanism seen and the like. */
import type { Connection } from "../engine/connection.ts";

export interface MemoryTable {
  get(args: { account: string; key: string }): string | null;
  set(args: { account: string; key: string; value: string | null }): null;
}

export function memoryTable({ column, command }: Connection): MemoryTable {
  const get = column<string>("SELECT value FROM memory WHERE account = ? AND key = ?");
  const put = command(
    "INSERT INTO memory (account, key, value) VALUES (?, ?, ?) ON CONFLICT (account, key) DO UPDATE SET value = excluded.value",
  );
  const remove = command("DELETE FROM memory WHERE account = ? AND key = ?");
  return {
    get: ({ account, key }) => get.get(account, key) ?? null,
    set({ account, key, value }) {
      if (value === null) remove.run(account, key);
      else put.run(account, key, value);
      return null;
    },
  };
}
