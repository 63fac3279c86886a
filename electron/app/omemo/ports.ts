/** Interfaces between the parts of the OMEMO use cases and the rest of the core. */
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
  /**
   * Whether somebody's server notifies us when their device list changes: we have a subscription to their presence
   * (XEP-0163 §4.1).
   */
  tellsChanges: (jid: BareJid) => boolean;
  /** Devices of these people were added, changed or trusted. */
  devicesChanged: (owners: readonly BareJid[]) => void;
}

/** Our message cannot be encrypted for anybody: it fails with this condition and is not sent. */
export class CannotEncrypt extends Error {
  /**
   * `omemo-no-devices`: the contact has none. `omemo-untrusted`: none may read it. `omemo-no-keys`: no keys can be
   * fetched. In a room: `omemo-room-open`: everybody may join. `omemo-room-anonymous`: it hides real JIDs.
   * `omemo-room-unknown`: it does not disclose its traits or its members. `omemo-room-crowded`: it has too many
   * members. `omemo-too-many-keys`: the keys of all devices exceed the server's stanza limit. `reaction-not-encrypted`,
   * `retraction-not-encrypted`: OMEMO 0.3 encrypts only texts.
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
