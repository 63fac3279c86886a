/** Commands for avatars: shows those of others, and changes our own and those of rooms. */
import type { NewAvatar } from "../../../shared/model/avatar.ts";
import { pictureOf } from "../../attachments/picture.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { CommandError, type Handlers } from "../host.ts";

type AvatarCommands = Pick<Handlers, "avatar.get" | "avatar.setOwn" | "room.setAvatar">;

/** @returns the avatar with its size, px @throws {CommandError} `bad-arguments` if it is not of its type */
function measured({ type, base64 }: NewAvatar): NewAvatar & { width: number; height: number } {
  const picture = pictureOf(Buffer.from(base64, "base64"));
  if (picture?.type !== type) throw new CommandError("bad-arguments", "not such a picture");
  return { type, base64, width: picture.width, height: picture.height };
}

export function avatarCommands(accounts: Accounts): AvatarCommands {
  return {
    "avatar.get": ({ account, jid, nickname }) => accounts.get(account).avatars.get({ jid, nickname }),
    async "avatar.setOwn"({ account, avatar }) {
      await accounts.get(account).client.ownAvatar.set(avatar === null ? null : measured(avatar));
      return null;
    },
    async "room.setAvatar"({ account, jid, avatar }) {
      const { client, rooms } = accounts.get(account);
      await client.avatars.setRoom(jid, avatar === null ? null : measured(avatar));
      // Rooms need not announce a new picture (XEP-0486 §4.1).
      await rooms.refresh(jid);
      return null;
    },
  };
}
