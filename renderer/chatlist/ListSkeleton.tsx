/** The shape of the chat list while it is loading: rows as high as the real ones. */
import { useText } from "../i18n/index.ts";
import { Skeleton } from "../ui/feedback/Skeleton.tsx";
import styles from "./ChatList.module.css";

const WIDTHS = ["58%", "42%", "66%", "50%", "37%", "61%", "46%", "54%"];

export function ListSkeleton() {
  const t = useText();
  return (
    <div role="status" aria-label={t("common.loading")}>
      {WIDTHS.map((width) => (
        <div key={width} className={styles.skeleton}>
          <Skeleton width="2.75rem" height="2.75rem" round />
          <span className={styles.skeletonLines}>
            <Skeleton width={width} />
            <Skeleton width="85%" height="0.625rem" />
          </span>
        </div>
      ))}
    </div>
  );
}
