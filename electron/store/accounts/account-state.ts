/** Small values that the layers keep for an account, by key: tokens, the strongest mechanism seen and so on. */
import type { Connection } from "../engine/connection.ts";

export interface AccountStateTable {
  get(args: { account: string; key: string }): string | null;
  set(args: { account: string; key: string; value: string | null }): null;
}

/** The table is called `memory` on users' disks. */
export function accountStateTable({ column, command }: Connection): AccountStateTable {
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
