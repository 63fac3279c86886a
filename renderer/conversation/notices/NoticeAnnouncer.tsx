/**
 * Announces notices in the open room that concern the user to screen readers; the timeline is not a live region (see
 * timeline/Announcer).
 */
import { useState } from "react";
import type { RoomNotice } from "../../../shared/model/room-notice.ts";
import styles from "../timeline/Announcer.module.css";
import { useText } from "../../i18n/index.ts";
import { concernsUs, noticeText } from "./notice-text.ts";

export function NoticeAnnouncer({ notices }: { notices: readonly RoomNotice[] }) {
  useText();
  const last = notices.at(-1)?.id ?? 0;
  const [known, setKnown] = useState(last);
  const [spoken, setSpoken] = useState("");
  if (last > known) {
    setKnown(last);
    const ours = notices.filter(({ id, change }) => id > known && concernsUs(change));
    if (ours.length > 0) setSpoken(ours.map(({ change }) => noticeText(change)).join(" · "));
  }
  return (
    <p className={styles.announcer} aria-live="polite">
      {spoken}
    </p>
  );
}
