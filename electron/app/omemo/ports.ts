/** What the parts of OMEMO's use cases are given, and what they give the rest of the core. */
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Omemo } from "../../omemo/ports.ts";
import type { Store } from "../../store/contract/index.ts";
import type { XmppClient } from "../../xmpp/api.ts";
import type { Host } from "../host.ts";

export interface OmemoPorts {
  account: AccountId;
  /** Our bare JID. */
  own: BareJid;
  store: Store;
  engine: Omemo;
  client: () => Pick<XmppClient, "state" | "devices" | "messages" | "mostBytes">;
  publish: Host["publish"];
  /** Devices of these were added, changed or trusted. */
  devicesChanged: (owners: readonly BareJid[]) => void;
}

/** A message of ours cannot be encrypted for anybody: it fails with this condition, and stays unsent. */
export class CannotEncrypt extends Error {
  /**
   * `omemo-no-devices`: the contact has none. `omemo-untrusted`: none that may read it. `omemo-no-keys`: none whose
   * keys can be had. Of a room: `omemo-room-open`: everybody may join. `omemo-room-anonymous`: it does not show who is
   * who. `omemo-room-unknown`: it does not say what it is, or who its members are. `omemo-room-crowded`: they are too
   * many. `omemo-too-many-keys`: keys for all devices are more than the server takes in one message.
   * `reaction-not-encrypted`, `retraction-not-encrypted`: OMEMO 0.3 encrypts texts only.
   */
  readonly condition:
    | "omemo-no-devices"
    | "omemo-untrusted"
    | "omemo-no-keys"
    | "omemo-room-open"
    | "omemo-room-anonymous"
    | "omemo-room-unknown"
    | "omemo-room-crowded"
    | "omemo-too-many-keys"
    | "reaction-not-encrypted"
    | "retraction-not-encrypted";
  constructor(condition: CannotEncrypt["condition"]) {
    super(condition);
    this.name = "CannotEncrypt";
    this.condition = condition;
  }
}
