/** Avatars of people and rooms, by hash; their number is limited. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Avatar } from "../../../shared/model/avatar.ts";
import type { Connection } from "../engine/connection.ts";
import type { AvatarReads, AvatarWrites } from "../contract/avatars.ts";

/** Maximum number of avatars per account. */
const MOST = 2_000;

export interface AvatarsTable {
  get: AvatarReads["avatar.get"];
  owners: AvatarReads["avatars.owners"];
  put: AvatarWrites["avatar.put"];
  owner: AvatarWrites["avatar.owner"];
}

/** @param most maximum number of avatars per account; set by tests */
export function avatarsTable({ rows, column, command }: Connection, most = MOST): AvatarsTable {
  const get = rows<{ type: Avatar["type"]; bytes: Uint8Array }>(
    "SELECT type, bytes FROM avatars WHERE account = ? AND hash = ?",
  );
  const owners = rows<{ jid: BareJid; hash: string }>("SELECT jid, hash FROM avatar_owners WHERE account = ?");
  const put = command(
    `INSERT INTO avatars (account, hash, type, bytes, kept_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (account, hash) DO UPDATE SET kept_at = excluded.kept_at`,
  );
  const oldest = column<number>("SELECT kept_at FROM avatars WHERE account = ? ORDER BY kept_at DESC LIMIT 1 OFFSET ?");
  const drop = command("DELETE FROM avatars WHERE account = ? AND kept_at <= ?");
  const own = command(
    "INSERT INTO avatar_owners (account, jid, hash) VALUES (?, ?, ?) ON CONFLICT (account, jid) DO UPDATE SET hash = excluded.hash",
  );
  const disown = command("DELETE FROM avatar_owners WHERE account = ? AND jid = ?");
  return {
    get: ({ account, hash }) => get.get(account, hash) ?? null,
    owners: ({ account }) => owners.all(account),
    put({ account, hash, type, bytes, now }) {
      put.run(account, hash, type, bytes, now);
      const tooOld = oldest.get(account, most);
      if (tooOld !== undefined) drop.run(account, tooOld);
      return null;
    },
    owner({ account, jid, hash }) {
      if (hash === null) disown.run(account, jid);
      else own.run(account, jid, hash);
      return null;
    },
  };
}
