/** The avatar of a person or room; initials on a colour until it is loaded, or if there is none. */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { useAvatar } from "../state/avatars.ts";
import { Avatar, type AvatarProps } from "../ui/avatar/Avatar.tsx";

interface PortraitProps extends AvatarProps {
  account: AccountId;
  /** A contact or a room. Old private messages have no avatar, because somebody else may have the nickname now. */
  of: Jid;
  /** The occupant's nickname; null: nobody's, although a name is shown. */
  nickname?: string | null;
}

export function Portrait({ account, of, nickname, ...rest }: PortraitProps) {
  const src = useAvatar(
    nickname === null || of.includes("/") ? null : { account, jid: of as BareJid, nickname: nickname ?? null },
  );
  return <Avatar {...rest} {...(src === undefined ? {} : { src })} />;
}
