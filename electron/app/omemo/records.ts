/** The engine's records of one account, read from the store. */
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { OmemoRecords } from "../../omemo/ports.ts";
import type { Store } from "../../store/contract/index.ts";

export function omemoRecords(account: AccountId, store: Store): OmemoRecords {
  return {
    own: () => store.read("omemo.own", { account }),
    session: (address) => store.read("omemo.session", { account, ...address }),
    preKey: (id) => store.read("omemo.preKey", { account, id }),
    signedPreKey: (id) => store.read("omemo.signedPreKey", { account, id }),
    async devices(jid) {
      const devices = await store.read("omemo.devices", { account, jid });
      return devices.map(({ id, identityKey, trust }) => ({ jid, device: id, identityKey, trust }));
    },
  };
}
