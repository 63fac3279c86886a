/**
 * A link in a message. It is isolated, so that direction marks around it cannot change it, and is opened by the core,
 * which checks it again.
 */
import type { MouseEvent } from "react";
import { useText } from "../../../i18n/index.ts";
import { openLink } from "../../../state/uri.ts";
import styles from "./MessageText.module.css";

/** The window itself never navigates. */
function follow(event: MouseEvent, target: string): void {
  event.preventDefault();
  event.stopPropagation();
  openLink(target);
}

export function MessageLink({ text, target }: { text: string; target: string }) {
  const t = useText();
  return (
    <a
      className={styles.link}
      href={target}
      dir="auto"
      title={t("chat.linkGoes", { target })}
      rel="noopener noreferrer nofollow"
      draggable={false}
      onClick={(event) => follow(event, target)}
      onAuxClick={(event) => {
        if (event.button === 1) follow(event, target);
      }}
    >
      {text}
    </a>
  );
}
