/** The reactions below a message; a click adds or removes ours. Also shows why one of ours was refused. */
import { ToggleButton } from "react-aria-components";
import type { Message, Reaction } from "../../../shared/model/message.ts";
import { useFormats } from "../../i18n/format.ts";
import { useText, type Text } from "../../i18n/index.ts";
import { isolated } from "../../ui/nickname.ts";
import { canReact, react } from "../../state/messages/reacting.ts";
import { classNames } from "../../ui/class-names.ts";
import { Tooltip } from "../../ui/feedback/Tooltip.tsx";
import bubble from "../message/Bubble.module.css";
import { failureKey } from "../message/failure-key.ts";
import styles from "./Reactions.module.css";

export interface ReactionsProps {
  message: Message;
  /** The contact's name, if the chat is with one person. */
  contact: string;
  /** The first is reached by Tab; the rest, and those of other messages, by arrows. */
  isTabStop: boolean;
}

export function Reactions({ message, contact, isTabStop }: ReactionsProps) {
  const t = useText();
  const formats = useFormats();
  const { reactions, reacting, protection } = message;
  const isWaiting = reacting !== null && reacting.failure === null;
  if (reactions.length === 0 && reacting === null) return null;

  /** All names, as far as known. */
  function who({ own, count, names }: Reaction): string {
    const others = count - (own ? 1 : 0);
    const known = message.writer === null ? [contact].slice(0, others) : names.slice(0, others).map(isolated);
    const more = others - known.length;
    const all = [
      ...(own ? [t("chat.you")] : []),
      ...known,
      ...(more > 0 ? [t("reactions.others", { count: more })] : []),
    ];
    return [
      formats.list(all),
      own && isWaiting && t("reactions.waiting"),
      protection.kind === "omemo" && t("reactions.inTheClear"),
    ]
      .filter(Boolean)
      .join(" · ");
  }

  return (
    <>
      {reactions.length > 0 && (
        <div className={styles.reactions} role="group" aria-label={t("reactions.all")}>
          {reactions.map((one, at) => (
            <Tooltip key={one.emoji} text={who(one)}>
              <ToggleButton
                className={classNames(styles.chip, one.own && isWaiting && styles.waiting)}
                data-message-actions={`reaction ${one.emoji}`}
                excludeFromTabOrder={!isTabStop || at > 0}
                isSelected={one.own}
                onChange={(isChosen) => {
                  if (canReact(message)) void react(message, one.emoji, isChosen);
                }}
                aria-label={spoken(one, t)}
              >
                <span className={styles.emoji}>{one.emoji}</span>
                {one.count > 1 && <span className={styles.count}>{formats.number(one.count)}</span>}
              </ToggleButton>
            </Tooltip>
          ))}
        </div>
      )}
      {reacting?.failure != null && <Refused failure={reacting.failure} />}
    </>
  );
}

function spoken({ emoji, count, own }: Reaction, t: Text): string {
  if (!own) return t("reactions.by", { emoji, count });
  return count === 1 ? t("reactions.byUs", { emoji }) : t("reactions.byUsToo", { emoji, count });
}

/** The previous reactions are shown. */
function Refused({ failure: { condition, text } }: { failure: { condition: string; text: string } }) {
  const t = useText();
  const said = text.trim();
  const why =
    condition === "reaction-not-encrypted"
      ? t("error.reaction-not-encrypted")
      : condition === "not-acceptable"
        ? t("reactions.notAllowed")
        : t(failureKey(condition));
  return (
    <div className={bubble.failed}>
      <p className={bubble.reason}>
        {t("reactions.refused")} {why}
        {said !== "" && <bdi> {t("failure.said", { text: said })}</bdi>}
      </p>
    </div>
  );
}
