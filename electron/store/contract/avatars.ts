/** Operations for avatars of people and rooms. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Avatar } from "../../../shared/model/avatar.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";

export interface AvatarReads {
  "avatar.get": (args: { account: AccountId; hash: string }) => { type: Avatar["type"]; bytes: Uint8Array } | null;
  /** The last known avatar of contacts and rooms. */
  "avatars.owners": (args: { account: AccountId }) => { jid: BareJid; hash: string }[];
}

export interface AvatarWrites {
  /** Stores an avatar, and removes the oldest if there are too many. @param now ms */
  "avatar.put": (args: {
    account: AccountId;
    hash: string;
    type: Avatar["type"];
    bytes: Uint8Array;
    now: number;
  }) => null;
  /** The present avatar of a contact or room; null: none. */
  "avatar.owner": (args: { account: AccountId; jid: BareJid; hash: string | null }) => null;
}
