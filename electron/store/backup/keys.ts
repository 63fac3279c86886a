/**
 * Restores OMEMO keys from a backup. A takeover makes this installation the device of the backup. Otherwise only the
 * trust in others' keys is restored, so that a verified contact is not trusted blindly again.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type { BackupOmemo } from "../../../shared/model/backup.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Connection } from "../engine/connection.ts";
import type { OmemoOwnTable } from "../omemo/own.ts";
import type { OmemoSessionsTable } from "../omemo/sessions.ts";

type Of<K extends BackupOmemo["kind"]> = Extract<BackupOmemo, { kind: K }>;

export interface BackupKeys {
  /** @returns `taken`: this installation is now the backup's device; `same`: it already was; `left`: nothing changed */
  restore(
    account: AccountId,
    own: BareJid,
    records: readonly BackupOmemo[],
    takeOver: boolean,
  ): "taken" | "same" | "left";
}

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

export function backupKeys({ command }: Connection, own: OmemoOwnTable, sessions: OmemoSessionsTable): BackupKeys {
  const dropOwn = command("DELETE FROM omemo_own WHERE account = ?");
  const dropSessions = command("DELETE FROM omemo_sessions WHERE account = ?");
  const setLast = command("UPDATE omemo_own SET last_prekey = max(last_prekey, ?) WHERE account = ?");
  // The user's decision replaces automatic trust; a known key is never replaced.
  const putDevice = command(
    `INSERT INTO omemo_devices (account, jid, device, identity_key, changed_key, trust, active, label, bundle, first_seen_at, last_used_at, mended_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (account, jid, device) DO UPDATE SET
       identity_key = excluded.identity_key, trust = excluded.trust, first_seen_at = min(first_seen_at, excluded.first_seen_at)
     WHERE excluded.identity_key IS NOT NULL AND (identity_key IS NULL OR
       (identity_key = excluded.identity_key AND trust IN ('trusted', 'undecided') AND excluded.trust IN ('verified', 'distrusted')))`,
  );

  function putOwn(account: AccountId, device: Of<"omemo.own">, records: readonly BackupOmemo[]): void {
    // Deletes everything about our previous device, including its keys.
    dropOwn.run(account);
    dropSessions.run(account);
    const { id, publicKey, privateKey, lastPreKey } = device;
    own.become(account, { id, identity: { publicKey: bytes(publicKey), privateKey: bytes(privateKey) } });
    const preKeys = of(records, "omemo.preKey");
    own.addPreKeys(
      account,
      preKeys.map((one) => ({ id: one.id, publicKey: bytes(one.publicKey), privateKey: bytes(one.privateKey) })),
    );
    for (const one of preKeys) if (one.used) own.used(account, one.id);
    setLast.run(lastPreKey, account);
    for (const one of of(records, "omemo.signedPreKey")) {
      const { id: number, createdAt } = one;
      own.addSignedPreKey(account, {
        id: number,
        createdAt,
        publicKey: bytes(one.publicKey),
        privateKey: bytes(one.privateKey),
        signature: bytes(one.signature),
      });
    }
    for (const one of of(records, "omemo.session")) sessions.put(account, one.jid, one.device, bytes(one.record));
  }

  return {
    restore(account, jid, records, takeOver) {
      const [device] = of(records, "omemo.own");
      for (const one of of(records, "omemo.device")) {
        // Unless we take it over, the backup's device is another one of ours, stored like any other.
        if (!takeOver && one.jid === jid && one.id === device?.id) continue;
        const [identityKey, changedKey] = [one.identityKey, one.changedKey].map((key) =>
          key === null ? null : bytes(key),
        ) as [Uint8Array | null, Uint8Array | null];
        putDevice.run(
          account,
          one.jid,
          one.id,
          identityKey,
          changedKey,
          one.trust,
          one.active ? 1 : 0,
          one.label,
          one.bundle,
          one.firstSeenAt,
          one.lastUsedAt,
          one.mendedAt,
        );
      }
      if (!takeOver || device === undefined) return "left";
      // Our ratchets have advanced since: going back would use message keys twice.
      if (own.own({ account })?.id === device.id) return "same";
      putOwn(account, device, records);
      return "taken";
    },
  };
}

function of<K extends BackupOmemo["kind"]>(records: readonly BackupOmemo[], kind: K): Of<K>[] {
  return records.filter((one): one is Of<K> => one.kind === kind);
}
