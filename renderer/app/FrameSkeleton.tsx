/** The shape of the frame while the core starts. */
import { useText } from "../i18n/index.ts";
import { Skeleton } from "../ui/feedback/Skeleton.tsx";
import frame from "./Frame.module.css";
import styles from "./FrameSkeleton.module.css";

const WIDTHS = ["62%", "48%", "70%", "55%", "40%", "66%", "52%"];

export function FrameSkeleton() {
  const t = useText();
  return (
    <div className={frame.frame} role="status" aria-label={t("common.loading")}>
      <div className={frame.sidebar}>
        <div className={styles.header}>
          <Skeleton width="2.75rem" height="2.75rem" round />
          <Skeleton height="2.25rem" />
        </div>
        {WIDTHS.map((width) => (
          <div key={width} className={styles.row}>
            <Skeleton width="2.75rem" height="2.75rem" round />
            <span className={styles.lines}>
              <Skeleton width={width} />
              <Skeleton width="85%" height="0.625rem" />
            </span>
          </div>
        ))}
      </div>
      <div className={frame.main} />
    </div>
  );
}
