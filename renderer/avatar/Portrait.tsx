/** Somebody's or some room's picture; the letters on their colour until it is here, and where there is none. */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { useAvatar } from "../state/avatars.ts";
import { Avatar, type AvatarProps } from "../ui/avatar/Avatar.tsx";

interface PortraitProps extends AvatarProps {
  account: AccountId;
  /**
   * Whose: a contact's or a room's. What was said in private in a room stays without: another may have the nickname
   * now.
   */
  of: Jid;
  /** Somebody's in the room; null: nobody's, though a name is shown. */
  nickname?: string | null;
}

export function Portrait({ account, of, nickname, ...rest }: PortraitProps) {
  const src = useAvatar(
    nickname === null || of.includes("/") ? null : { account, jid: of as BareJid, nickname: nickname ?? null },
  );
  return <Avatar {...rest} {...(src === undefined ? {} : { src })} />;
}
