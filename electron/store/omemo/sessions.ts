/** The ratchets with the devices of others, as encoded by the engine. */
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads } from "../contract/index.ts";

export interface OmemoSessionsTable {
  get: Reads["omemo.session"];
  put(account: AccountId, jid: BareJid, device: number, record: Uint8Array): void;
  remove(account: AccountId, jid: BareJid, device: number): void;
}

export function omemoSessionsTable({ column, command }: Connection): OmemoSessionsTable {
  const get = column<Uint8Array>("SELECT record FROM omemo_sessions WHERE account = ? AND jid = ? AND device = ?");
  const put = command(
    `INSERT INTO omemo_sessions (account, jid, device, record) VALUES (?, ?, ?, ?)
     ON CONFLICT (account, jid, device) DO UPDATE SET record = excluded.record`,
  );
  const remove = command("DELETE FROM omemo_sessions WHERE account = ? AND jid = ? AND device = ?");
  return {
    get: ({ account, jid, device }) => get.get(account, jid, device) ?? null,
    put: (account, jid, device, record) => void put.run(account, jid, device, record),
    remove: (account, jid, device) => void remove.run(account, jid, device),
  };
}
