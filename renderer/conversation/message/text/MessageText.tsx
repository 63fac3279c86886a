/**
 * The body of a message: text nodes, styles and checked links, never HTML. A long one is folded, and one that begins
 * with /me tells what its author does (XEP-0245).
 */
import { memo, useMemo, useState, type ReactNode } from "react";
import { actionIn } from "../../../../shared/text/action.ts";
import { useText } from "../../../i18n/index.ts";
import { segments } from "../../../ui/text/links.ts";
import { foldAt, largeEmoji } from "./body.ts";
import styles from "./MessageText.module.css";
import { StyledText } from "./StyledText.tsx";
import { parseStyling, type Block } from "./styling.ts";

export interface MessageTextProps {
  body: string;
  /** Shown as typed (XEP-0393 §6). */
  isUnstyled?: boolean;
  /** The name of the person who does what the text says; absent: it is no action. */
  actor?: ReactNode;
}

const asTyped = (text: string): Block[] => [{ kind: "line", spans: segments(text) }];

export const MessageText = memo(function MessageText({ body, isUnstyled = false, actor = null }: MessageTextProps) {
  const t = useText();
  const [isUnfolded, setUnfolded] = useState(false);
  const fold = useMemo(() => foldAt(body), [body]);
  const isFolded = fold !== null && !isUnfolded;
  const shown = isFolded ? `${body.slice(0, fold)} …` : body;
  const action = actor === null || actionIn(body) === null ? null : actionIn(shown);
  const text = action ?? shown;
  const blocks = useMemo(() => (isUnstyled ? asTyped(text) : parseStyling(text)), [isUnstyled, text]);
  const emoji = largeEmoji(body);
  if (emoji > 0) {
    return (
      <span className={styles.emoji} data-count={Math.min(emoji, 4)}>
        {body.trim()}
      </span>
    );
  }
  const styled = <StyledText blocks={blocks} isCut={isFolded} />;
  return (
    <>
      {action === null ? (
        styled
      ) : (
        <em className={styles.action}>
          {"* "}
          <bdi className={styles.actor}>{actor}</bdi> {styled}
        </em>
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
