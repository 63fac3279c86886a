/** A notice about an event in a room, between its messages. */
import { Info, LogOut, PenLine, Settings2, Shield, UserRoundMinus, UserRoundPen, type LucideIcon } from "lucide-react";
import { memo } from "react";
import type { RoomChange, RoomNotice } from "../../../shared/model/room-notice.ts";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { noticeText } from "./notice-text.ts";
import styles from "./NoticeLine.module.css";

const PUT_OUT: ReadonlySet<string> = new Set(["kicked", "banned", "not-a-member-any-more", "became-members-only"]);
const ICON: Record<Exclude<RoomChange["kind"], "person">, LucideIcon> = {
  subject: PenLine,
  renamed: UserRoundPen,
  ended: LogOut,
  room: Settings2,
  entered: Info,
};

export const NoticeLine = memo(function NoticeLine({ notice }: { notice: RoomNotice }) {
  // The text comes from the catalogue, so it depends on the language.
  useText();
  const formats = useFormats();
  const { at, change } = notice;
  const Icon = change.kind !== "person" ? ICON[change.kind] : PUT_OUT.has(change.what) ? UserRoundMinus : Shield;
  return (
    <p className={styles.notice} title={formats.dateTime(at)}>
      <Icon aria-hidden="true" />
      <span>{noticeText(change)}</span>
    </p>
  );
});
