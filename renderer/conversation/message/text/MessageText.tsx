/**
 * The body of a message: text nodes and checked links, never HTML. Every link is isolated, so that direction marks
 * around it cannot change it, and is opened by the core, which checks it again.
 */
import { memo, useMemo, useState, type MouseEvent } from "react";
import { useText } from "../../../i18n/index.ts";
import { openLink } from "../../../state/uri.ts";
import { foldAt, largeEmoji } from "./body.ts";
import { segments } from "../../../ui/text/links.ts";
import styles from "./MessageText.module.css";

/** The window itself never navigates. */
function follow(event: MouseEvent, target: string): void {
  event.preventDefault();
  event.stopPropagation();
  openLink(target);
}

function Link({ text, target }: { text: string; target: string }) {
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

export const MessageText = memo(function MessageText({ body }: { body: string }) {
  const t = useText();
  const [isUnfolded, setUnfolded] = useState(false);
  const fold = useMemo(() => foldAt(body), [body]);
  const shown = fold === null || isUnfolded ? body : `${body.slice(0, fold)} …`;
  const parts = useMemo(() => segments(shown), [shown]);
  const emoji = largeEmoji(body);
  if (emoji > 0) {
    return (
      <span className={styles.emoji} data-count={Math.min(emoji, 4)}>
        {body.trim()}
      </span>
    );
  }
  return (
    <>
      {parts.map((part, at) =>
        part.kind === "text" ? part.text : <Link key={at} text={part.text} target={part.target} />,
      )}
      {fold !== null && (
        <button
          type="button"
          className={styles.fold}
          data-fold=""
          aria-expanded={isUnfolded}
          onClick={() => setUnfolded(!isUnfolded)}
        >
          {isUnfolded ? t("chat.showLess") : t("chat.showMore")}
        </button>
      )}
    </>
  );
});
