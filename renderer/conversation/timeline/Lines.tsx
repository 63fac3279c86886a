/** Lines between the bubbles: day, unread line, beginning of the chat. */
import { UserRoundX } from "lucide-react";
import type { Jid } from "../../../shared/jid.ts";
import { isFull, resourceOf } from "../../../shared/jid-parts.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { Portrait } from "../../avatar/Portrait.tsx";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { dayLabel } from "./day-label.ts";
import styles from "./Lines.module.css";

export function DayLine({ at, today }: { at: number; today: number }) {
  const t = useText();
  const formats = useFormats();
  return (
    <h2 className={styles.day}>
      <time className={styles.pill} dateTime={new Date(at).toISOString().slice(0, 10)} title={formats.longDate(at)}>
        {dayLabel(at, today, t, formats)}
      </time>
    </h2>
  );
}

export function UnreadLine() {
  const t = useText();
  return (
    <h2 className={styles.unread}>
      <span>{t("chat.newMessages")}</span>
    </h2>
  );
}

/** In private messages of a room: somebody else has the nickname from here on. */
export function OtherPersonLine() {
  const t = useText();
  return (
    <p className={styles.other}>
      <UserRoundX aria-hidden="true" />
      {t("private.otherFromHere")}
    </p>
  );
}

/** Older messages are only on the server, which cannot be queried now. */
export function Missing({ onRetry }: { onRetry(): void }) {
  const t = useText();
  return (
    <div className={styles.missing}>
      <p>{t("chat.missing")}</p>
      <Button size="small" onPress={onRetry}>
        {t("common.tryAgain")}
      </Button>
    </div>
  );
}

export function Beginning({
  account,
  jid,
  name,
  isEmpty,
  isRoom,
}: {
  account: AccountId;
  jid: Jid;
  name: string;
  isEmpty: boolean;
  isRoom: boolean;
}) {
  const t = useText();
  const nickname = isFull(jid) ? resourceOf(jid) : null;
  return (
    <div className={styles.beginning}>
      <Portrait account={account} of={jid} jid={nickname ?? jid} name={nickname ?? name} size="huge" isGroup={isRoom} />
      <p className={styles.words}>{t(isRoom ? "room.begin" : "chat.begin", { name })}</p>
      {isEmpty && !isRoom && <p className={styles.hint}>{t("chat.beginHint")}</p>}
    </div>
  );
}
