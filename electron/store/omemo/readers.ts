/** The devices of many people at once: which members of a room can read encrypted messages (XEP-0384 §4). */
import type { Connection } from "../engine/connection.ts";
import type { Reads } from "../contract/index.ts";

interface Row {
  active: number;
  readers: number;
  verified: number;
  undecided: number;
  changed: number;
}

export function omemoReaders({ rows, column }: Connection): Reads["omemo.readers"] {
  const ACTIVE = "d.active = 1";
  const TRUSTED = "d.identity_key IS NULL OR d.trust IN ('trusted', 'verified')";
  // With an existing session the published keys are no longer needed.
  const count = rows<Row>(
    `SELECT count(*) AS active,
       coalesce(sum(d.changed_key IS NULL AND (${TRUSTED}) AND (d.bundle IN ('ok', 'unknown') OR EXISTS
         (SELECT 1 FROM omemo_sessions s WHERE s.account = d.account AND s.jid = d.jid AND s.device = d.device))), 0) AS readers,
       coalesce(sum(d.trust = 'verified' AND d.changed_key IS NULL), 0) AS verified,
       coalesce(sum(d.trust = 'undecided' AND d.identity_key IS NOT NULL), 0) AS undecided,
       coalesce(sum(d.changed_key IS NOT NULL), 0) AS changed
     FROM omemo_devices d INDEXED BY omemo_active_devices WHERE d.account = ? AND d.jid = ? AND ${ACTIVE}`,
  );
  const listedAt = column<number>("SELECT listed_at FROM omemo_lists WHERE account = ? AND jid = ?");

  return ({ account, jids }) =>
    jids.map((jid) => {
      const { active, readers, verified, undecided, changed } = count.get(account, jid)!;
      return { jid, listedAt: listedAt.get(account, jid) ?? null, active, readers, verified, undecided, changed };
    });
}
