/** What the parts of OMEMO's use cases are given, and what they give the rest of the core. */
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Omemo } from "../../omemo/ports.ts";
import type { Store } from "../../store/contract.ts";
import type { XmppClient } from "../../xmpp/ports.ts";
import type { Host } from "../ports.ts";

export interface OmemoPorts {
  account: AccountId;
  /** Our bare JID. */
  own: BareJid;
  store: Store;
  engine: Omemo;
  client: () => Pick<XmppClient, "state" | "devices" | "messages">;
  publish: Host["publish"];
}

/** A message of ours cannot be encrypted for anybody: it fails with this condition, and stays unsent. */
export class CannotEncrypt extends Error {
  /** `omemo-no-devices`: the contact has none. `omemo-untrusted`: none that may read it. `omemo-no-keys`: none whose keys can be had. */
  readonly condition: "omemo-no-devices" | "omemo-untrusted" | "omemo-no-keys";
  constructor(condition: CannotEncrypt["condition"]) {
    super(condition);
    this.name = "CannotEncrypt";
    this.condition = condition;
  }
}
