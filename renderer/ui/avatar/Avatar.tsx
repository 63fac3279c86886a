/**
 * The avatar of a person or group: initials on the consistent colour of the JID (XEP-0392), with presence in the
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
  /** Determines the colour: a normalised JID. */
  jid: string;
  /** Determines the initials; the JID if empty. */
  name?: string;
  size?: "small" | "medium" | "large" | "huge";
  /** A group has another shape, and an icon in the corner. */
  isGroup?: boolean;
  /** A picture instead of the initials. */
  src?: string;
  /** Shows a dot; omit it where presence is unknown or irrelevant. */
  show?: Show | undefined;
}

/** Decorative: the name is next to it as text, so screen readers skip it. */
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
