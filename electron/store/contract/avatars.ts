/** What the store keeps of pictures of people and rooms. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Avatar } from "../../../shared/model/avatar.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";

export interface AvatarReads {
  "avatar.get": (args: { account: AccountId; hash: string }) => { type: Avatar["type"]; bytes: Uint8Array } | null;
  /** Which picture contacts and rooms had last. */
  "avatars.owners": (args: { account: AccountId }) => { jid: BareJid; hash: string }[];
}

export interface AvatarWrites {
  /** Keeps a picture; the oldest go when there are too many. @param now ms */
  "avatar.put": (args: {
    account: AccountId;
    hash: string;
    type: Avatar["type"];
    bytes: Uint8Array;
    now: number;
  }) => null;
  /** A contact or room has this picture now; null: none. */
  "avatar.owner": (args: { account: AccountId; jid: BareJid; hash: string | null }) => null;
}
