/** Stores changes of OMEMO in the transaction of the message that caused them. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Connection } from "../engine/connection.ts";
import type { Writes } from "../contract/index.ts";
import type { OmemoDevicesTable } from "./devices.ts";
import type { OmemoOwnTable } from "./own.ts";
import type { OmemoSessionsTable } from "./sessions.ts";

interface Tables {
  own: OmemoOwnTable;
  devices: OmemoDevicesTable;
  sessions: OmemoSessionsTable;
}

export function omemoApply({ column }: Connection, { own, devices, sessions }: Tables): Writes["omemo.apply"] {
  const ownJid = column<string>("SELECT jid FROM accounts WHERE id = ?");

  return ({ account, changes, now }) => {
    const owners = new Set<BareJid>();
    for (const change of changes) {
      switch (change.kind) {
        case "own":
          if (own.become(account, change.own)) owners.add(ownJid.get(account) as BareJid);
          break;
        case "prekeys":
          own.addPreKeys(account, change.add);
          break;
        case "prekey.used":
          own.used(account, change.id);
          break;
        case "signedPreKey":
          own.addSignedPreKey(account, change.add);
          break;
        case "session":
          sessions.put(account, change.jid, change.device, change.record);
          break;
        case "identity":
          if (devices.identity(account, change, now)) owners.add(change.jid);
          break;
        case "identity.changed":
          if (devices.identityChanged(account, change)) owners.add(change.jid);
          break;
      }
    }
    return { owners: [...owners] };
  };
}
