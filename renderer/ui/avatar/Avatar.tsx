/**
 * Somebody's or some group's picture: initials on the consistent colour of the JID (XEP-0392), with presence in the
 * corner.
 */
import { UsersRound } from "lucide-react";
import type { CSSProperties } from "react";
import type { Show } from "../../../shared/model/presence.ts";
import styles from "./Avatar.module.css";
import { classNames } from "../class-names.ts";
import { consistentColours } from "./consistent-colour.ts";
import { initialsOf } from "./initials.ts";
import { PresenceDot } from "./PresenceDot.tsx";

export interface AvatarProps {
  /** What the colour is made of: a normalised JID. */
  jid: string;
  /** What the letters are made of; the JID when empty. */
  name?: string;
  size?: "small" | "medium" | "large" | "huge";
  /** A group has another shape, and its sign in the corner. */
  isGroup?: boolean;
  /** A picture instead of the letters. */
  src?: string;
  /** Shows a dot; leave it out where presence is unknown or does not matter. */
  show?: Show | undefined;
}

/** Decoration: the name stands beside it as text, so readers skip it. */
export function Avatar({ jid, name = "", size = "medium", isGroup = false, src, show }: AvatarProps) {
  const colours = consistentColours(jid);
  const style = { "--avatar": colours.avatar, "--on-avatar": colours.onAvatar } as CSSProperties;
  return (
    <span className={classNames(styles.avatar, styles[size], isGroup && styles.group)} style={style} aria-hidden="true">
      {src === undefined ? (
        initialsOf(name === "" ? jid : name)
      ) : (
        <img className={styles.picture} src={src} alt="" draggable={false} />
      )}
      {isGroup && size !== "small" && (
        <span className={styles.sign}>
          <UsersRound />
        </span>
      )}
      {show !== undefined && (
        <span className={styles.dot}>
          <PresenceDot show={show} size={size === "large" || size === "huge" ? "large" : "medium"} />
        </span>
      )}
    </span>
  );
}
